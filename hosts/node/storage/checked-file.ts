/**
 * What a file of a value has in it: "CoV1", a CRC-32 of the value, the value. So damage is found, as it is in flash memory.
 */

import { concatBytes } from "../../../src/bytes/concat.js";
import { crc32 } from "../../../src/bytes/crc32.js";
import { StorageCorruptError } from "../../../src/storage/limits.js";

const MAGIC = 0x436f5631;
const HEAD_BYTES = 8;

export function encodeFile(value: Uint8Array): Uint8Array {
  const head = new DataView(new ArrayBuffer(HEAD_BYTES));
  head.setUint32(0, MAGIC);
  head.setInt32(4, crc32(value));
  return concatBytes([new Uint8Array(head.buffer), value]);
}

/** The value in a file. @throws {StorageCorruptError} where it is not as it was written */
export function decodeFile(path: string, file: Uint8Array): ArrayBuffer {
  const value = new Uint8Array(file.subarray(HEAD_BYTES));
  if (file.length >= HEAD_BYTES) {
    const head = new DataView(file.buffer, file.byteOffset, HEAD_BYTES);
    const [isMarked, isRight] = [head.getUint32(0) === MAGIC, head.getInt32(4) === crc32(value)];
    if (isMarked !== isRight)
      throw new StorageCorruptError(`expected a whole value in ${path}, got a damaged one`);
    if (isMarked) return value.buffer;
  }
  // One that was written before there were checksums.
  return new Uint8Array(file).buffer;
}
