/** Heads of any width, preferred or not: what encoding indicators of diagnostic notation ask for. RFC 8949 §8.1. */

import { ONE_BYTE } from "./major-type.js";

/** The shortest additional information that says `argument`: itself, or {@link ONE_BYTE} to {@link EIGHT_BYTES}. */
export function shortestInformation(argument: number | bigint): number {
  if (argument < ONE_BYTE) return Number(argument);
  if (argument < 0x100) return ONE_BYTE;
  if (argument < 0x10000) return ONE_BYTE + 1;
  return argument < 0x1_0000_0000 ? ONE_BYTE + 2 : ONE_BYTE + 3;
}

/**
 * A head.
 * @param argument 0 to 2^64 - 1
 * @param indicator 0 to 3 for an argument of 1, 2, 4 or 8 bytes; absent is the shortest form
 * @returns undefined where the argument does not fit
 */
export function encodeHead(
  major: number,
  argument: number | bigint,
  indicator: number | undefined,
): Uint8Array | undefined {
  const information = indicator === undefined ? shortestInformation(argument) : ONE_BYTE + indicator;
  const width = information < ONE_BYTE ? 0 : 1 << (information - ONE_BYTE);
  const head = new Uint8Array(1 + width);
  head[0] = (major << 5) | information;
  if (width === 0) return head;
  let left = BigInt(argument);
  for (let at = width; at > 0; at -= 1) {
    head[at] = Number(left & 0xffn);
    left >>= 8n;
  }
  return left === 0n ? head : undefined;
}
