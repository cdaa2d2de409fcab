/** What COSE messages and keys can be wrong in. */

/** Bytes that are no COSE message or key, or one that was not expected; a key that does not fit its use. */
export class CoseError extends Error {
  override name = "CoseError";
}
