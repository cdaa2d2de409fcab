/** EDHOC message_1, RFC 9528 §5.2: what is accepted is in its only encoding. */

import { CborError } from "../../../src/cbor/error.js";
import { decodeEad, encodeEad } from "../../../src/security/edhoc/codec/ead.js";
import { decodeMessage1, encodeMessage1, type Message1 } from "../../../src/security/edhoc/codec/message.js";
import { EdhocProcessingError } from "../../../src/security/edhoc/errors.js";
import { assertSameBytes } from "../../same.js";
import type { Target } from "../../target.js";
import { CBOR_WORDS } from "../cbor/cbor.js";

export const edhocMessage1: Target<Message1> = {
  name: "edhoc-message1",
  errors: [CborError, EdhocProcessingError],
  dictionary: [...CBOR_WORDS, Uint8Array.of(0x58, 0x20, ...new Uint8Array(32)), Uint8Array.of(0x82, 6, 2)],
  parse: (input) => {
    const message = decodeMessage1(input);
    decodeEad(message.ead);
    return message;
  },
  check(message, input) {
    const ead = encodeEad(decodeEad(message.ead));
    assertSameBytes(encodeMessage1({ ...message, ead }), input, "message_1");
  },
  compose(random) {
    const connectionId = new Uint8Array(random.integer(0, 9));
    random.fill(connectionId);
    return encodeMessage1({
      method: random.integer(0, 5),
      suites: Array.from({ length: random.integer(1, 18) }, () => random.integer(-30, 30)),
      ephemeralKey: new Uint8Array(random.integer(30, 35)),
      connectionId,
      ead: encodeEad(Array.from({ length: random.integer(0, 3) }, () => ({ label: random.integer(-3, 30) }))),
    }).slice();
  },
};
