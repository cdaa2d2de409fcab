/** The 16-bit frame check sequence of PPP. RFC 1662 §C.2. */

/** Of no bytes, to begin with. */
export const FCS_INIT = 0xffff;

/** Takes `bytes` into a check sequence that began as {@link FCS_INIT}. */
export function updateFcs(fcs: number, bytes: Uint8Array): number {
  let sum = fcs;
  for (const byte of bytes) {
    // Two steps of four bits at once for x^16 + x^12 + x^5 + 1, bits reversed: as quick as RFC 1662's table of 512 bytes.
    let mixed = (sum ^ byte) & 0xff;
    mixed ^= (mixed << 4) & 0xff;
    sum = ((sum >> 8) | (mixed << 8)) ^ (mixed >> 4) ^ (mixed << 3);
  }
  return sum & 0xffff;
}

/** What is sent behind the bytes, low byte first: the complement. */
export function finishFcs(fcs: number): number {
  return fcs ^ 0xffff;
}
