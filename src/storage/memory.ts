/** Key-value storage that lasts as long as the program: for hosts without stable storage, and for simulations. */

import type { KeyValue, KeyValueStorage } from "../ports/key-value.js";
import { checkKey, checkValue, StorageFullError } from "./limits.js";

/** Bytes of keys and values that a memory storage holds by default. */
export const MAX_MEMORY_STORAGE_BYTES = 65536;

export interface MemoryKeyValueOptions {
  /** Bytes of keys and values of all domains together; default {@link MAX_MEMORY_STORAGE_BYTES}. */
  readonly maxBytes?: number;
  /** Called for each write and deletion instead of doing it; doing it is up to the callee. */
  readonly onChange?: (apply: () => void) => void;
}

type Values = Map<string, Uint8Array>;

/** The storage. Opening a domain again finds what was written before. */
export class MemoryKeyValue implements KeyValue {
  readonly #domains = new Map<string, Values>();
  readonly #maxBytes: number;
  readonly #onChange: (apply: () => void) => void;
  #bytes = 0;

  constructor(options: MemoryKeyValueOptions = {}) {
    this.#maxBytes = options.maxBytes ?? MAX_MEMORY_STORAGE_BYTES;
    this.#onChange = options.onChange ?? ((apply) => apply());
  }

  /** @throws {StorageKeyError} for a domain name that is no key */
  open({ path }: { readonly path: string }): KeyValueStorage {
    checkKey(path);
    let values = this.#domains.get(path);
    if (values === undefined) {
      values = new Map();
      this.#domains.set(path, values);
    }
    return new MemoryStorage(values, (owner, key, value) => this.#change(owner, key, value));
  }

  /** Writes a value, or deletes it where `value` is undefined. */
  #change(values: Values, key: string, value: Uint8Array | undefined): void {
    const old = values.get(key);
    const freed = old === undefined ? 0 : key.length + old.length;
    const bytes = this.#bytes - freed + (value === undefined ? 0 : key.length + value.length);
    if (value !== undefined && bytes > this.#maxBytes)
      throw new StorageFullError(
        `expected at most ${this.#maxBytes} bytes in storage, got ${bytes} with key "${key}"`,
      );
    this.#onChange(() => {
      this.#bytes = bytes;
      if (value === undefined) values.delete(key);
      else values.set(key, value);
    });
  }
}

class MemoryStorage implements KeyValueStorage {
  readonly #change: (values: Values, key: string, value: Uint8Array | undefined) => void;
  #values: Values | undefined;

  constructor(values: Values, change: (values: Values, key: string, value: Uint8Array | undefined) => void) {
    this.#values = values;
    this.#change = change;
  }

  read(key: string): ArrayBuffer | undefined {
    checkKey(key);
    const value = this.#open().get(key);
    return value === undefined ? undefined : new Uint8Array(value).buffer;
  }

  /** @throws {StorageKeyError | StorageValueError | StorageFullError} */
  write(key: string, value: Uint8Array): void {
    checkKey(key);
    checkValue(key, value);
    this.#change(this.#open(), key, new Uint8Array(value));
  }

  delete(key: string): void {
    checkKey(key);
    const values = this.#open();
    if (values.has(key)) this.#change(values, key, undefined);
  }

  [Symbol.iterator](): Iterator<string> {
    return [...this.#open().keys()][Symbol.iterator]();
  }

  close(): void {
    this.#values = undefined;
  }

  #open(): Values {
    if (this.#values === undefined) throw new Error("expected an open storage domain, got a closed one");
    return this.#values;
  }
}
