/** Keys of the curve P-256 (FIPS 186-5, SEC 1): which bytes can be one. */

import { fromHex } from "../bytes/hex.js";

/** Bytes of a scalar and of a coordinate. */
export const P256_BYTES = 32;
/** Bytes of an uncompressed point: 4, x, y (SEC 1 §2.3.3). */
export const P256_POINT_BYTES = 1 + 2 * P256_BYTES;
/** Bytes of a compressed point: 2 for an even y, 3 for an odd one; x. */
export const P256_COMPRESSED_BYTES = 1 + P256_BYTES;

/** The order n of the group (SP 800-186 §3.2.1.3). */
const ORDER = fromHex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");

/** Whether 32 bytes are a private key: 1 to n - 1. Takes the same time for all of them. */
export function isP256PrivateKey(bytes: Uint8Array): boolean {
  let any = 0;
  let borrow = 0;
  for (let index = P256_BYTES - 1; index >= 0; index -= 1) {
    any |= bytes[index]!;
    borrow = ((bytes[index]! - ORDER[index]! - borrow) >> 8) & 1;
  }
  return any !== 0 && borrow === 1;
}

/** Whether bytes have the form of a point; if it lies on the curve is for the host to say. */
export function hasP256PointForm(bytes: Uint8Array): boolean {
  return bytes.length === P256_POINT_BYTES
    ? bytes[0] === 4
    : bytes.length === P256_COMPRESSED_BYTES && (bytes[0] === 2 || bytes[0] === 3);
}
