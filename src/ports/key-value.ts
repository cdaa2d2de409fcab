/** What outlives a power cut, by name. */

/**
 * One domain of a key-value storage, with the shape of ECMA-419's key-value class in `"buffer"` format.
 * A write is on stable storage when it returns; a power cut leaves the old or the new value.
 */
export interface KeyValueStorage {
  /** The value, or undefined where there is none. */
  read(key: string): ArrayBuffer | undefined;
  /** @param key at most 15 characters of a-z, 0-9, `.`, `-` and `_` @param value at most 4000 bytes */
  write(key: string, value: Uint8Array): void;
  /** Removes a key; one that is absent is ignored. */
  delete(key: string): void;
  [Symbol.iterator](): Iterator<string>;
  close(): void;
  /**
   * Whether something was found damaged that had been stored, and nobody knows what: any value may be missing, or an
   * older one stand in its place. Hosts that always know what is damaged leave it out.
   */
  readonly isDamaged?: boolean;
}

export interface KeyValue {
  /** Opens a domain. @param options.path its name, with the limits of a key */
  open(options: { readonly path: string }): KeyValueStorage;
}
