/** Tokens, and what they are called in tables. RFC 7252 §5.3.1, RFC 8974 §2.1. */

import { toHex } from "../../bytes/hex.js";
import { decodeUint } from "../../bytes/uint.js";

/** Bytes of a token of ours: 32 random bits make an off-path guess hopeless (RFC 7252 §5.3.1). */
export const TOKEN_BYTES = 4;

/** A token as the key of a table: numbers are found fastest. */
export type TokenKey = number | string;

/** Different for different tokens. */
export function tokenKey(token: Uint8Array): TokenKey {
  return token.length === TOKEN_BYTES ? decodeUint(token) : toHex(token);
}
