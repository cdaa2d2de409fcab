/** Floats whose precision and sign are said in words, as diagnostic notation does. RFC 8949 §3.3, §8.1. */

import { encodeHalf } from "./half-float.js";
import { ONE_BYTE, SIMPLE_OR_FLOAT } from "./major-type.js";
import { CborWriter } from "./writer.js";

const SIGN = 0x80;

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
