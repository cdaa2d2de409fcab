/** Changes that are made together. */

import type { KeyValue } from "../ports/key-value.js";

/** A value for a key, or its deletion. */
export interface Change {
  readonly domain: string;
  readonly key: string;
  /** The new value; undefined deletes the key. */
  readonly value: Uint8Array | undefined;
}

/** A key-value storage that can change several keys at once. */
export interface AtomicKeyValue extends KeyValue {
  /**
   * Makes all changes, in their order, or none: a power cut leaves all old values or all new ones.
   * @throws {StorageKeyError | StorageValueError | StorageFullError} and then nothing has changed
   */
  commit(changes: readonly Change[]): void;
}
