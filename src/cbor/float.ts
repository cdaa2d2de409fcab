/**
 * Floats by what a number does not say of them: their precision and sign in words, as diagnostic notation has them (RFC 8949
 * §3.3, §8.1), and the bits of NaNs (§4.1).
 *
 *          sign  exponent  fraction
 *  double   1       11        52
 *  single   1        8        23     the first of them, where the other 29 are 0
 *  half     1        5        10     the first of these, where the other 13 are 0
 */

import { encodeHalf } from "./half-float.js";
import { ONE_BYTE, SIMPLE_OR_FLOAT } from "./major-type.js";
import { CborReader } from "./reader.js";
import { CborWriter } from "./writer.js";

const SIGN = 0x80;
/** First bytes of floats in half and in double precision. */
const HALF = 0xf9;
const DOUBLE = 0xfb;

/**
 * A float by its magnitude and its sign: engines for small devices may not tell -0 from 0.
 * @param magnitude 0 or more, or NaN
 * @param indicator 1, 2 or 3 for half, single and double precision; absent is the shortest that keeps the value
 * @returns undefined where the precision would not keep it
 */
export function encodeFloat(
  magnitude: number,
  negative: boolean,
  indicator: number | undefined,
): Uint8Array | undefined {
  const bytes =
    indicator === undefined ? new CborWriter().float(magnitude).bytes : inPrecision(magnitude, indicator);
  if (bytes !== undefined && negative) bytes[1]! |= SIGN;
  return bytes;
}

function inPrecision(magnitude: number, indicator: number): Uint8Array | undefined {
  const bytes = new Uint8Array(1 + (1 << indicator));
  bytes[0] = (SIMPLE_OR_FLOAT << 5) | (ONE_BYTE + indicator);
  const view = new DataView(bytes.buffer, 1);
  if (Number.isNaN(magnitude)) {
    // The quiet NaN without payload: all of the exponent, and the first bit of the fraction.
    view.setUint16(0, [0x7e00, 0x7fc0, 0x7ff8][indicator - 1]!);
    return bytes;
  }
  if (indicator === 3) {
    view.setFloat64(0, magnitude);
    return bytes;
  }
  if (Math.fround(magnitude) !== magnitude) return undefined;
  if (indicator === 2) {
    view.setFloat32(0, magnitude);
    return bytes;
  }
  const single = new DataView(new ArrayBuffer(4));
  single.setFloat32(0, magnitude);
  const half = encodeHalf(single.getUint32(0));
  if (half === undefined) return undefined;
  view.setUint16(0, half);
  return bytes;
}

/**
 * The shortest encoding of a NaN: its significand with zeros behind it is the same. RFC 8949 §4.1.
 *
 * ECMAScript has one NaN, whose bits are the engine's (ECMA-262 §6.1.6.1). Through a Float64, V8 and XS on RISC-V keep
 * them, and XS on an x87 makes signaling ones quiet; after arithmetic, or through a Float32, RISC-V has one NaN left.
 * @param item of any precision
 */
export function shortestNaN(item: Uint8Array): Uint8Array {
  const view = new DataView(item.buffer, item.byteOffset + 1, item.length - 1);
  if (item.length === 3) return item;
  const shorter = new Uint8Array(1 + view.byteLength / 2);
  shorter[0] = item[0]! - 1;
  const short = new DataView(shorter.buffer, 1);
  const high = view.getUint32(0);
  if (item.length === 5) {
    if ((high & 0x1fff) !== 0) return item;
    short.setUint16(0, ((high >>> 16) & 0x8000) | 0x7c00 | ((high >> 13) & 0x3ff));
    return shorter;
  }
  const low = view.getUint32(4);
  if ((low & 0x1fffffff) !== 0) return item;
  short.setUint32(0, (high & 0x80000000) | 0x7f800000 | ((high & 0xfffff) << 3) | (low >>> 29));
  return shortestNaN(shorter);
}

/**
 * The encoding of the positive one, where an item in its shortest form is -0 or a NaN with the sign: as keys they are the
 * same (RFC 8949 §5.6.1).
 */
export function withoutSign(item: Uint8Array): Uint8Array | undefined {
  const isNegative = item[0]! >= HALF && item[0]! <= DOUBLE && item[1]! >= SIGN;
  if (!isNegative) return undefined;
  const value = new CborReader(item).readFloat();
  if (value !== 0 && !Number.isNaN(value)) return undefined;
  const positive = new Uint8Array(item);
  positive[1]! &= ~SIGN;
  return positive;
}
