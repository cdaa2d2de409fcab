/**
 * Points of edwards25519 that no honest key and no honest signature has: OpenSSL takes them where libsodium, on
 * devices, does not. With a key of small order, a signature holds of any message.
 */

import { toHex } from "../../../src/bytes/hex.js";

/** The y-coordinates of the points of order 1, 2, 4 and 8, encoded without the sign of x (RFC 8032 §5.1.2). */
const SMALL_ORDER: ReadonlySet<string> = new Set([
  `01${"00".repeat(31)}`,
  `ec${"ff".repeat(30)}7f`,
  "00".repeat(32),
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
]);

/** The lowest byte of p = 2^255 - 19; its others are ones. */
const LOWEST_BYTE_OF_P = 0xed;

/** Whether the order is large and y is below p (RFC 8032 §5.1.3); that it is a point is for others to say. @param point 32 bytes */
export function isOrdinaryPoint(point: Uint8Array): boolean {
  const y = Uint8Array.from(point);
  y[31]! &= 0x7f;
  const isCanonical =
    y[31] !== 0x7f || y[0]! < LOWEST_BYTE_OF_P || y.subarray(1, 31).some((byte) => byte !== 0xff);
  return isCanonical && !SMALL_ORDER.has(toHex(y));
}
