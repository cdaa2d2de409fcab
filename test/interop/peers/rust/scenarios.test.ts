import { testPeer } from "../../scenarios/table.js";
import { withRustClient, withRustServer } from "./rust.js";

/** RFC 7959 §2.2 has twenty. */
const TWELVE_BITS = "coap-lite 0.13.3 has twelve bits for the number of a block: bodies of 65,536 bytes";

testPeer({
  name: "Rust's coap",
  server: {
    schemes: ["coap"],
    // The crate does not tell how many observers there are.
    with: (_, use) => withRustServer([], ({ uri, process }) => use({ uri, kill: () => process.kill() })),
    cannot: {
      "critical option": "0.29.0 leaves options that it does not know to its resources",
      ping: "0.29.0 acknowledges it",
      separate: "0.29.0 has no acknowledgement of its own",
      "Observe in blocks":
        "0.29.0 cuts notifications into blocks where the registration has asked for them only",
      "blocks of 16": TWELVE_BITS,
      "empty body": "0.29.0 answers 4.00 to Block2 where there is nothing to cut",
    },
  },
  client: {
    schemes: ["coap"],
    with: (_scheme, _server, use) => withRustClient(use),
    cannot: { "blocks of 16": TWELVE_BITS },
  },
  oscore: "0.29.0 has the keys of EDHOC, and nothing that protects messages with them",
});
