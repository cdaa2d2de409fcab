/**
 * A value that must never go back, such as how far sequence numbers are reserved (RFC 8613 §7.5): it is stored twice, in
 * two entries, one after the other. Damage to the last record of a storage cannot be told from a write that a power cut
 * has torn, and leaves an older value; damage to one record leaves the other entry here. Where the two differ, the
 * greater one counts, so what is stored has to grow.
 */

import type { KeyValueStorage } from "../ports/key-value.js";
import { MAX_KEY_LENGTH, StorageCorruptError } from "./limits.js";

const SECOND_SUFFIX = "_2";

/** The key of the second entry; characters of a long key make room for what tells them apart. */
function secondKey(key: string): string {
  return key.slice(0, MAX_KEY_LENGTH - SECOND_SUFFIX.length) + SECOND_SUFFIX;
}

/** Both entries of a value, for a commit. */
export function monotonicEntries(
  key: string,
  value: Uint8Array,
): readonly { readonly key: string; readonly value: Uint8Array }[] {
  return [
    { key, value },
    { key: secondKey(key), value },
  ];
}

/** Whether `one` comes behind `other`: bytes count from the most significant on. */
function isGreater(one: Uint8Array, other: Uint8Array): boolean {
  const differs = one.findIndex((byte, index) => byte !== other[index]);
  return differs >= 0 && (differs >= other.length || one[differs]! > other[differs]!);
}

export class MonotonicValue {
  readonly #storage: KeyValueStorage;
  readonly #key: string;

  /** @param key none whose first {@link MAX_KEY_LENGTH} - 2 characters another monotonic value of the domain has */
  constructor(storage: KeyValueStorage, key: string) {
    this.#storage = storage;
    this.#key = key;
  }

  /**
   * The newest value, or undefined where there is none.
   * @throws {StorageCorruptError} when it is lost: one entry is damaged, and there is no other
   */
  read(): Uint8Array | undefined {
    let newest: Uint8Array | undefined;
    let damage: StorageCorruptError | undefined;
    for (const key of [this.#key, secondKey(this.#key)])
      try {
        const value = this.#storage.read(key);
        const bytes = value && new Uint8Array(value);
        if (bytes && (!newest || isGreater(bytes, newest))) newest = bytes;
      } catch (error) {
        if (!(error instanceof StorageCorruptError)) throw error;
        damage = error;
      }
    if (!newest && damage) throw damage;
    return newest;
  }

  /**
   * Stores a value. It may only be acted on when this has returned.
   * @param value greater than the one before, as a number of which the most significant byte comes first
   * @throws {StorageFullError | StorageWornError | Error} and then the old or the new value is stored
   */
  write(value: Uint8Array): void {
    for (const entry of monotonicEntries(this.#key, value)) this.#storage.write(entry.key, entry.value);
  }
}
