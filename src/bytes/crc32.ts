/**
 * CRC-32, the checksum of Ethernet, gzip and PNG: RFC 1952 §8 has its code. Four bits at a time, with a table of 64
 * bytes; in signed numbers, since a device counts in 32-bit integers and what is larger becomes a float.
 */

/** x^32 + x^26 + x^23 + … + 1, bits reversed. */
const POLYNOMIAL = 0xedb88320;

function makeTable(): Int32Array {
  const table = new Int32Array(16);
  for (let index = 0; index < table.length; index += 1) {
    let remainder = index;
    for (let bit = 0; bit < 4; bit += 1)
      remainder = (remainder & 1) === 0 ? remainder >>> 1 : (remainder >>> 1) ^ POLYNOMIAL;
    table[index] = remainder;
  }
  return table;
}

const TABLE = makeTable();

/**
 * The checksum of `bytes` from `start` to `end`, as a signed 32-bit integer.
 * @param before checksum of what stands before them, to go on from
 */
export function crc32(bytes: Uint8Array, start = 0, end = bytes.length, before = 0): number {
  let remainder = ~before;
  for (let index = start; index < end; index += 1) {
    remainder ^= bytes[index]!;
    remainder = (remainder >>> 4) ^ TABLE[remainder & 15]!;
    remainder = (remainder >>> 4) ^ TABLE[remainder & 15]!;
  }
  return ~remainder;
}
