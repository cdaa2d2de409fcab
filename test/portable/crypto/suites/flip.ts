/** Spoilt copies of byte strings, for what must not be accepted. */

/** Copies of `bytes` with one bit changed, a copy for each byte; the bit is another one from byte to byte. */
export function oneBitFlipped(bytes: Uint8Array): Uint8Array[] {
  return Array.from(bytes, (_, index) => {
    const copy = bytes.slice();
    copy[index]! ^= 1 << (index % 8);
    return copy;
  });
}
