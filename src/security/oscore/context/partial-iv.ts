/**
 * Partial IV: a Sender Sequence Number as bytes, without leading zeros, but 0 as one byte. RFC 8613 §5.
 */

/** Largest Sender Sequence Number (RFC 8613 §7.2.1, §12.6). */
export const MAX_PARTIAL_IV = 0xff_ffff_ffff;
/** Bytes of the longest Partial IV. */
export const MAX_PARTIAL_IV_BYTES = 5;

/** Bytes that a Partial IV takes. @param partialIv 0 to {@link MAX_PARTIAL_IV} */
export function partialIvLength(partialIv: number): number {
  let length = 1;
  for (let limit = 0x100; partialIv >= limit && length < MAX_PARTIAL_IV_BYTES; limit *= 0x100) length += 1;
  return length;
}

/** Writes a Partial IV so that it ends at offset `end`; what is in front of it stays. */
export function writePartialIv(bytes: Uint8Array, end: number, partialIv: number): void {
  let at = end - 1;
  let rest = partialIv;
  bytes[at] = rest;
  while (rest > 0xff) {
    rest = (rest - (rest & 0xff)) / 0x100;
    at -= 1;
    bytes[at] = rest;
  }
}
