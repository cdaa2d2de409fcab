/** What can be wrong with protecting and verifying messages. RFC 8613 §7.2.1, §8. */

import { CoapError } from "../../coap/errors.js";

/** A message could not be protected, or the response to one could not be verified. */
export class OscoreError extends CoapError {
  override name = "OscoreError";
}

/** A COSE object that cannot be decoded (RFC 8613 §8.2, item 2). */
export class OscoreFormatError extends Error {
  override name = "OscoreFormatError";
}

/** A security context that would not be safe to use, or that there is already. RFC 8613 §3.3. */
export class SecurityContextError extends Error {
  override name = "SecurityContextError";
}

/**
 * Storage has lost which sequence numbers and requests the keys were used for: nothing may be protected or taken with
 * them any more. Both sides need new keys, or keys that are derived anew (Appendix B.2). RFC 8613 §7.5.
 */
export class SecurityContextLostError extends SecurityContextError {
  override name = "SecurityContextLostError";
}
