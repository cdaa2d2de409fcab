import { testPeer } from "../../scenarios/table.js";
import { withCaliforniumClient, withCaliforniumServer } from "./californium.js";

const WHOLE_BLOCK = 1024;

testPeer({
  name: "Californium",
  server: {
    schemes: ["coap"],
    with: (_, use) => withCaliforniumServer(WHOLE_BLOCK, use),
    cannot: {},
  },
  client: {
    schemes: ["coap"],
    with: (_scheme, _server, use) => withCaliforniumClient(undefined, use),
    cannot: {},
  },
  oscore: {
    name: "Californium",
    withServer: (context, use) => withCaliforniumServer(WHOLE_BLOCK, use, context),
    withClient: (context, _server, use) => withCaliforniumClient(context, use),
  },
  edhoc: "cf-oscore 3.13.0 has none",
});
