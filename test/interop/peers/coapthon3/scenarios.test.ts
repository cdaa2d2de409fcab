import { testPeer } from "../../scenarios/table.js";
import { withCoapthon3Client, withCoapthon3Server } from "./coapthon3.js";

const NONE = "1.0.2 does not know the methods of RFC 8132";
/** Which a client chooses for each exchange as it likes (RFC 7959 §3.4). */
const BY_TOKEN = "1.0.2 finds the blocks of a body by their token";

/** Such a message is in error (RFC 7252 §4.1), so that ours is sent again. */
const NOT_EMPTY = "1.0.2 puts a token into its acknowledgements and Resets";

testPeer({
  name: "CoAPthon3",
  server: {
    schemes: ["coap"],
    with: (_, use) => withCoapthon3Server(use),
    cannot: {
      "methods of RFC 8132": NONE,
      discovery: "1.0.2 writes a semicolon and no comma behind a link without attributes",
      "critical option": "1.0.2 answers in a Reset with code 4.00",
      conditions:
        "1.0.2 compares If-Match with Python's notation of the ETag, and knows no If-None-Match where it creates",
      ping: "1.0.2 does not answer it",
      loss: BY_TOKEN,
      "Observe in blocks": BY_TOKEN,
      blocks: BY_TOKEN,
      "blocks both ways": BY_TOKEN,
      "blocks both ways, FETCH": NONE,
    },
  },
  client: {
    schemes: ["coap"],
    with: (_scheme, _server, use) => withCoapthon3Client(use),
    cannot: {
      "methods of RFC 8132": NONE,
      separate: NOT_EMPTY,
      "end of Observe": NOT_EMPTY,
      blocks: "1.0.2 does not take blocks of the size that it asked for when they have a Content-Format",
      "names beyond ASCII": "1.0.2 counts the length of options in characters",
      "blocks both ways, FETCH": NONE,
    },
  },
  oscore: "1.0.2 has none",
  edhoc: "1.0.2 has none",
});
