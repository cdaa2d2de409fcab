/** Which requests may be done twice. RFC 7252 §4.5. */

import { DELETE, FETCH, GET, IPATCH, PUT } from "../codec/code.js";
import type { Message } from "../codec/message.js";
import { BLOCK1, IF_MATCH, IF_NONE_MATCH, OSCORE, Q_BLOCK1 } from "../codec/option-number.js";

/**
 * Whether answering a duplicate again does no harm (§4.5): idempotent methods (RFC 7252 §5.1, RFC 8132 §2, §3). Of a
 * body in blocks only the last one acts on the resource, and what came before it is gone then; the block-wise layer
 * knows duplicates of the others. A condition on the present state may not hold a second time (RFC 7252 §5.10.8).
 */
export function mayBeRepeated(message: Message): boolean {
  // A protected request is good for once (RFC 8613 §7.4).
  if (message.options.isOnly(OSCORE)) return false;
  // Whoever takes these knows duplicates of all blocks (RFC 9177 §4.3); nobody else acts on the message.
  if (message.options.has(Q_BLOCK1)) return true;
  if (message.options.has(IF_MATCH) || message.options.has(IF_NONE_MATCH)) return false;
  const block1 = message.options.uint(BLOCK1);
  if (block1 !== undefined) return (block1 & 8) !== 0;
  // A protected request is good for once (RFC 8613 §7.4).
  if (message.code === FETCH && message.options.has(OSCORE)) return false;
  return isIdempotent(message.code);
}

/**
 * Whether OSCORE does nothing twice for it (RFC 8613 §7.4): a duplicate that is not known here is only not answered as
 * the original was. Otherwise few clients, or few datagrams of somebody without a key, would shut out all others.
 */
export function isGoodForOnce(message: Message): boolean {
  return message.options.has(OSCORE);
}

/** RFC 7252 §5.1, RFC 8132 §2, §3. */
export function isIdempotent(method: number): boolean {
  switch (method) {
    case GET:
    case PUT:
    case DELETE:
    case FETCH:
    case IPATCH:
      return true;
    default:
      return false;
  }
}
