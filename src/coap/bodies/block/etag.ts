/** Entity tags of representations whose resource gives none. RFC 7252 §5.10.6.1. */

/** A tag of 4 bytes: FNV-1a over Content-Format and body, so another state has another tag but for 1 case in 2^32. */
export function automaticETag(body: Uint8Array, contentFormat: number | undefined): Uint8Array {
  let hash = 0x811c9dc5 ^ (contentFormat ?? 0xffff);
  const { length } = body;
  // By index: over a large body an iterator takes four times as long.
  for (let index = 0; index < length; index += 1) hash = Math.imul(hash ^ body[index]!, 0x01000193);
  return Uint8Array.of(hash >>> 24, hash >>> 16, hash >>> 8, hash);
}
