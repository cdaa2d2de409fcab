/**
 * CRC-32, the checksum of Ethernet, gzip and PNG: RFC 1952 §8 has its code. In signed numbers, since a device counts in
 * 32-bit integers and what is larger becomes a float.
 */

/** x^32 + x^26 + x^23 + … + 1, bits reversed. */
const POLYNOMIAL = 0xedb88320;

function divide(byte: number): number {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit += 1)
    remainder = (remainder & 1) === 0 ? remainder >>> 1 : (remainder >>> 1) ^ POLYNOMIAL;
  return remainder;
}

/** The remainder of each byte. */
const TABLE = Int32Array.from({ length: 256 }, (_, byte) => divide(byte));

/** {@link crc32}, or what a host has in its place. */
export type Crc32 = (bytes: Uint8Array, start: number, end: number, before: number) => number;

/**
 * The checksum of `bytes` from `start` to `end`, as a signed 32-bit integer.
 * @param before checksum of what stands before them, to go on from
 */
export function crc32(bytes: Uint8Array, start = 0, end = bytes.length, before = 0): number {
  let remainder = ~before;
  for (let index = start; index < end; index += 1)
    remainder = (remainder >>> 8) ^ TABLE[(remainder ^ bytes[index]!) & 0xff]!;
  return ~remainder;
}
