import {
  sendWithCalifornium,
  withCaliforniumClient,
  withCaliforniumServer,
} from "./californium/californium.js";
import { testOscore } from "./scenarios/oscore.js";

testOscore({
  name: "Californium",
  withServer: (context, use) => withCaliforniumServer(1024, use, context),
  withClient: (context, _server, use) => withCaliforniumClient(context, use),
  send: (context, _server, requests) => sendWithCalifornium(context, requests),
});
