/** Streams deliver their bytes in pieces of any length, and what is in them must not depend on it. */

/** Everything behind the first byte, cut into pieces of so many bytes as that says. */
export function piecesOf(input: Uint8Array): Uint8Array[] {
  const length = Math.max(1, input[0] ?? 1);
  const pieces: Uint8Array[] = [];
  for (let at = 1; at < input.length; at += length) pieces.push(input.subarray(at, at + length));
  return pieces;
}
