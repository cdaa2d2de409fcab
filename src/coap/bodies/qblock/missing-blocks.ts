/**
 * application/missing-blocks+cbor-seq: which blocks of a request body a server has not received. RFC 9177 §5.
 *
 *    payload = [+ missing-block-number]   as a CBOR Sequence (RFC 8742)
 *    missing-block-number = uint          in ascending order, each once
 */

import { CborError } from "../../../cbor/error.js";
import { CborReader } from "../../../cbor/reader.js";
import { CborWriter } from "../../../cbor/writer.js";
import { MAX_BLOCK_NUMBER } from "../block/block.js";

/** Encodes block numbers, which ascend. */
export function encodeMissingBlocks(numbers: readonly number[]): Uint8Array {
  const writer = new CborWriter();
  for (const number of numbers) writer.integer(number);
  return new Uint8Array(writer.bytes);
}

/** The block numbers of a payload; undefined where it is not what RFC 9177 §5 asks for, and is to be dropped. */
export function decodeMissingBlocks(payload: Uint8Array): number[] | undefined {
  const reader = new CborReader(payload);
  const numbers: number[] = [];
  try {
    while (!reader.atEnd) {
      const number = reader.readUnsigned();
      if (number > MAX_BLOCK_NUMBER || number <= (numbers.at(-1) ?? -1)) return undefined;
      numbers.push(number);
    }
  } catch (error) {
    if (!(error instanceof CborError)) throw error;
    return undefined;
  }
  return numbers.length > 0 ? numbers : undefined;
}
