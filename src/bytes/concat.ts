/** Joining of byte strings. */

/** A new array with the bytes of `parts`, one after the other. */
export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  // By index: on XS iterators would take a third of the time.
  const count = parts.length;
  let length = 0;
  for (let index = 0; index < count; index += 1) length += parts[index]!.length;
  const whole = new Uint8Array(length);
  for (let index = 0, at = 0; index < count; index += 1) {
    const part = parts[index]!;
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
