/** The decrypted message, which the layers above see: the plaintext under the header that it came with. RFC 8613 §8.2, §8.4. */

import { Message } from "../../../coap/codec/message.js";
import { MessageFormatError } from "../../../coap/codec/message-format-error.js";
import { OBSERVE, OSCORE } from "../../../coap/codec/option-number.js";
import { Options } from "../../../coap/codec/options.js";
import { isOuterOption } from "./option-class.js";
import { reencode } from "./reencode.js";

/**
 * The message of a plaintext that was verified: of what came outside, header and Class U options count; code and
 * Class E options are discarded.
 *
 * @param observe value for its Observe option, where it has one and that of the plaintext says nothing
 * @throws {MessageFormatError} when the plaintext is not that of a message
 */
export function decryptedMessage(outer: Message, plaintext: Uint8Array, observe?: Uint8Array): Message {
  if (plaintext.length === 0) throw new MessageFormatError("expected a code in the plaintext", 0);
  const inner = new Message(plaintext, outer);
  const replaced = observe && inner.options.has(OBSERVE) ? observe : undefined;
  // Most messages have nothing outside that counts.
  if (!replaced && !hasOuterOptions(outer)) return inner;
  return withOptions(inner, outer, replaced);
}

function hasOuterOptions({ options }: Message): boolean {
  if (options.isOnly(OSCORE)) return false;
  return options.visit((number) => number !== OSCORE && isOuterOption(number));
}

function withOptions(inner: Message, outer: Message, observe: Uint8Array | undefined): Message {
  const options = new Options().addAll(inner.options);
  for (const { number, value } of outer.options.entries())
    if (number !== OSCORE && isOuterOption(number)) options.add(number, value);
  if (observe) options.set(OBSERVE, observe);
  return reencode(inner, options, inner.payload);
}
