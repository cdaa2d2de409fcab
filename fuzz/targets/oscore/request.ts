/** A protected request, RFC 8613 §8.2: of all that looks like one, what was protected is taken, and nothing else. */

import { nodeCrypto } from "../../../hosts/node/crypto/node-crypto.js";
import { fromHex } from "../../../src/bytes/hex.js";
import { Message } from "../../../src/coap/codec/message.js";
import { MessageFormatError } from "../../../src/coap/codec/message-format-error.js";
import { OSCORE } from "../../../src/coap/codec/option-number.js";
import { SecurityContexts } from "../../../src/security/oscore/contexts/security-contexts.js";
import {
  VerifiedRequest,
  verifyRequest,
  type Refusal,
} from "../../../src/security/oscore/layer/verification.js";
import { assertSameBytes } from "../../same.js";
import type { Target } from "../../target.js";

/** RFC 8613 §C.4. */
const EXAMPLE = fromHex("44025d1f00003974396c6f63616c686f7374620914ff612f1092f1776f1c1668b3825e");
const GENUINE = new Message(EXAMPLE);

/** The server of §C.1.2, which takes contexts that are derived anew as well (Appendix B.2). */
function serverContexts(): SecurityContexts {
  const contexts = new SecurityContexts(nodeCrypto);
  const masterSecret = fromHex("0102030405060708090a0b0c0d0e0f10");
  const masterSalt = fromHex("9e7ca92223786340");
  const [senderId, recipientId] = [Uint8Array.of(1), new Uint8Array(0)];
  contexts.add("example", { masterSecret, masterSalt, senderId, recipientId });
  const random = { fill: (bytes: Uint8Array) => void bytes.fill(7) };
  contexts.addRenewed("renewed", { masterSecret, senderId, recipientId: Uint8Array.of(0x25) }, random);
  return contexts;
}

export const oscoreRequest: Target<VerifiedRequest | Refusal> = {
  name: "oscore-request",
  errors: [MessageFormatError],
  dictionary: [EXAMPLE, fromHex("620914"), fromHex("65190043410125"), fromHex("6109")],
  parse(input) {
    const message = new Message(input);
    return verifyRequest(serverContexts(), message, message.payload);
  },
  check(result, input) {
    if (!(result instanceof VerifiedRequest)) return;
    const message = new Message(input);
    assertSameBytes(message.payload, GENUINE.payload, "ciphertext");
    assertSameBytes(message.options.first(OSCORE)!, GENUINE.options.first(OSCORE)!, "option");
  },
  compose(random) {
    const bytes = EXAMPLE.slice();
    const at = random.integer(0, bytes.length - 1);
    bytes[at] = bytes[at]! ^ (1 << random.integer(0, 7));
    return bytes;
  },
};
