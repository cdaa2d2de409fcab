import { withCertificate } from "../../ours/certificate-file.js";
import { testPeer } from "../../scenarios/table.js";
import { withGoCoapClient, withGoCoapServer, type GoCoapScheme } from "./go-coap.js";

const SCHEMES: readonly GoCoapScheme[] = ["coap", "coap+tcp", "coaps+tcp"];

const NO_BLOCKS = "the CSM of 3.8.1 is empty: no blocks, and no message above 1,152 bytes (RFC 8323 §5.3)";
const OVER_CONNECTIONS = { "coap+tcp": NO_BLOCKS, "coaps+tcp": NO_BLOCKS };

testPeer({
  name: "go-coap",
  server: {
    schemes: SCHEMES,
    with: (scheme, use) =>
      scheme === "coaps+tcp"
        ? withCertificate((path) => withGoCoapServer(scheme, path, use))
        : withGoCoapServer(scheme as GoCoapScheme, undefined, use),
    cannot: {
      NON: "3.8.1 answers a Non-confirmable request in a Confirmable message",
      blocks: OVER_CONNECTIONS,
      "Observe in blocks": OVER_CONNECTIONS,
    },
  },
  client: {
    schemes: SCHEMES,
    with: (scheme, _server, use) =>
      scheme === "coaps+tcp"
        ? withCertificate((path) => withGoCoapClient(path, use))
        : withGoCoapClient(undefined, use),
    cannot: {
      ETag: OVER_CONNECTIONS,
      "Observe in blocks": {
        coap: "3.8.1 asks for the rest of a Confirmable notification in its acknowledgement",
        ...OVER_CONNECTIONS,
      },
      blocks: OVER_CONNECTIONS,
      large: OVER_CONNECTIONS,
      "blocks both ways, FETCH": OVER_CONNECTIONS,
    },
  },
  oscore: "3.8.1 has none",
  edhoc: "3.8.1 has none",
});
