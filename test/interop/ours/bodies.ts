/** Bodies for block-wise transfers. */

/** Every block size there is (RFC 7959 §2.2). */
export const BLOCK_SIZES = [16, 32, 64, 128, 256, 512, 1024] as const;

/** Lengths around the edges of the smallest and the largest block, nothing, and a lot. */
export const BODY_LENGTHS = [0, 1, 15, 16, 17, 1024, 1025, 100_000] as const;

/** The same without nothing, of which not every peer makes a body. */
export const FILLED_LENGTHS = BODY_LENGTHS.filter((length) => length > 0);

/** Bytes in which no two blocks are the same, so that a block in the wrong place shows. */
export function bodyOf(length: number): Uint8Array {
  const body = new Uint8Array(length);
  let state = length + 1;
  for (let index = 0; index < length; index += 1) {
    // Lehmer's generator (Park and Miller, 1988).
    state = (state * 48_271) % 0x7fffffff;
    body[index] = state & 0xff;
  }
  return body;
}

/** How many blocks a body takes; an empty one takes a message without. */
export function blockCount(length: number, blockSize: number): number {
  return Math.max(1, Math.ceil(length / blockSize));
}
