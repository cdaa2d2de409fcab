import { testPeer } from "../../scenarios/table.js";
import { withRunningClient } from "./running-client.js";
import { withSampleServer } from "./sample-server.js";

const AS_TEXT = "1.5.0 takes ETags for text in UTF-8";

testPeer({
  name: "node-coap",
  server: {
    schemes: ["coap"],
    with: (_, use) => withSampleServer("::1", use),
    cannot: {
      "critical option": "1.5.0 leaves options that it does not know to the application",
      ETag: AS_TEXT,
      ping: "1.5.0 answers it with a response (server.test.ts)",
      "Observe in blocks": "1.5.0 does not cut notifications into blocks",
      "blocks of 16":
        "1.5.0 takes an empty Block2, which is for blocks of 16, for one of 0 bytes (server.test.ts)",
    },
  },
  client: {
    schemes: ["coap"],
    with: (_scheme, _server, use) => withRunningClient(use),
    cannot: {
      ETag: AS_TEXT,
      "Observe in blocks": "1.5.0 hands on no notification that comes in blocks",
    },
  },
  oscore: "1.5.0 has none",
  edhoc: "1.5.0 has none",
});
