/** Unsigned integers in network byte order with as few bytes as they need (RFC 7252 §3.2). */

/** Largest value that {@link encodeUint} takes. */
export const MAX_UINT32 = 0xffffffff;

/** The form of 0. */
const NO_BYTES = new Uint8Array(0);

/** The shortest big-endian form of `value` (0 is no byte). @throws {RangeError} outside 0 to 2^32 - 1 */
export function encodeUint(value: number): Uint8Array {
  if (!Number.isInteger(value) || value < 0 || value > MAX_UINT32)
    throw new RangeError(`expected an integer from 0 to ${MAX_UINT32}, got ${value}`);
  if (value === 0) return NO_BYTES;
  const length = value < 0x100 ? 1 : value < 0x10000 ? 2 : value < 0x1000000 ? 3 : 4;
  const bytes = new Uint8Array(length);
  for (let index = length - 1, rest = value; index >= 0; index -= 1, rest = Math.floor(rest / 0x100))
    bytes[index] = rest;
  return bytes;
}

/** The number that up to 4 big-endian bytes from `start` to `end` stand for; leading zeros are accepted. */
export function decodeUint(bytes: Uint8Array, start = 0, end = bytes.length): number {
  let value = 0;
  for (let index = start; index < end; index += 1) value = value * 0x100 + bytes[index]!;
  return value;
}
