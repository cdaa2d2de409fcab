/**
 * How options are protected: Class E inside the ciphertext, Class U outside, for proxies. RFC 8613 §4.1, RFC 8768 §3,
 * RFC 9668 §3.1.
 */

import {
  EDHOC,
  HOP_LIMIT,
  OSCORE,
  PROXY_SCHEME,
  PROXY_URI,
  URI_HOST,
  URI_PORT,
} from "../../../coap/codec/option-number.js";

/**
 * Whether an option is Class U alone. Those that are of both classes belong inside where an endpoint sends them; those
 * that are not known are Class E.
 */
export function isOuterOption(number: number): boolean {
  switch (number) {
    case URI_HOST:
    case URI_PORT:
    case OSCORE:
    case HOP_LIMIT:
    case EDHOC:
    case PROXY_URI:
    case PROXY_SCHEME:
      return true;
    default:
      return false;
  }
}
