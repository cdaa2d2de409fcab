/** What a peer with the key may put into a message, RFC 8613 §5.3: it comes out as a message, or is refused. */

import { fromHex } from "../../../src/bytes/hex.js";
import { Message } from "../../../src/coap/codec/message.js";
import { MessageFormatError } from "../../../src/coap/codec/message-format-error.js";
import { HOP_LIMIT, URI_HOST } from "../../../src/coap/codec/option-number.js";
import { decryptedMessage } from "../../../src/security/oscore/message/decrypted-message.js";
import type { Target } from "../../target.js";

/** Uri-Host "localhost", an empty OSCORE option, Hop-Limit 9 and the payload "x". */
const OUTER = new Message(fromHex("44025d1f00003974396c6f63616c686f7374607109ff78"));

export const oscorePlaintext: Target<Message> = {
  name: "oscore-plaintext",
  errors: [MessageFormatError],
  dictionary: [fromHex("01b3747631"), fromHex("4560ff41"), fromHex("ff"), fromHex("e0ff00")],
  parse: (input) => decryptedMessage(OUTER, input, Uint8Array.of(1, 2, 3)),
  check({ code, messageId, token, options }, input) {
    if (code !== input[0]) throw new Error(`expected code ${input[0]}, got ${code}`);
    if (messageId !== OUTER.messageId || token.length !== OUTER.token.length)
      throw new Error("expected the header as it came");
    for (const number of [URI_HOST, HOP_LIMIT])
      if (!options.has(number)) throw new Error(`expected option ${number} of the message as it came`);
  },
};
