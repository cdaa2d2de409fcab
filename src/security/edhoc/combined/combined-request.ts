/**
 * EDHOC's message_3 and a protected request in one message: RFC 9668 §3.1, §3.2.1.
 *
 *   Options: OSCORE (kid = C_R), EDHOC   Payload: message_3 ‖ ciphertext
 */

import { CborError } from "../../../cbor/error.js";
import { BYTE_STRING } from "../../../cbor/major-type.js";
import { CborReader } from "../../../cbor/reader.js";
import type { Message } from "../../../coap/codec/message.js";
import { BLOCK1, BLOCK2, EDHOC, OSCORE } from "../../../coap/codec/option-number.js";
import { Options } from "../../../coap/codec/options.js";
import { OscoreFormatError } from "../../oscore/errors.js";
import { reencode } from "../../oscore/message/reencode.js";
import { decodeOscoreOption } from "../../oscore/option.js";

/** What a request consists of. */
export interface CombinedRequest {
  /** C_R: the kid of the OSCORE option. */
  readonly connectionId: Uint8Array;
  readonly message3: Uint8Array;
  /** The protected request as it would be by itself. */
  readonly request: Message;
}

/** Splits a request with an EDHOC option into message_3 and the protected request; undefined where it is no combined one (§3.3.1, step 1). */
export function splitCombinedRequest(message: Message): CombinedRequest | undefined {
  const oscore = message.options.first(OSCORE);
  const bytes = message3Bytes(message.payload);
  if (oscore === undefined || bytes === undefined || bytes === message.payload.length) return undefined;
  const connectionId = kidOf(oscore);
  if (connectionId === undefined) return undefined;
  const message3 = message.payload.subarray(0, bytes);
  return { connectionId, message3, request: withoutMessage3(message, bytes) };
}

/** The kid of an OSCORE option; undefined where it has none. */
export function kidOf(oscore: Uint8Array): Uint8Array | undefined {
  try {
    return decodeOscoreOption(oscore).kid;
  } catch (error) {
    if (!(error instanceof OscoreFormatError)) throw error;
    return undefined;
  }
}

/** Length of the byte string at the start of a payload; undefined where there is none. */
function message3Bytes(payload: Uint8Array): number | undefined {
  const reader = new CborReader(payload);
  try {
    if (reader.peekMajorType() !== BYTE_STRING) return undefined;
    reader.readBytes();
    return reader.offset;
  } catch (error) {
    if (!(error instanceof CborError)) throw error;
    return undefined;
  }
}

function withoutMessage3(message: Message, at: number): Message {
  const options = new Options().addAll(message.options);
  // What a proxy had cut is whole by now.
  for (const number of [EDHOC, BLOCK1, BLOCK2]) options.remove(number);
  return reencode(message, options, message.payload.subarray(at));
}
