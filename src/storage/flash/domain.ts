/** A domain of key-value storage in flash: the port's shape, on top of the store of all domains. */

import type { KeyValueStorage } from "../../ports/key-value.js";
import { checkKey } from "../limits.js";
import type { FlashKeyValue } from "./key-value.js";

/** One domain of a {@link FlashKeyValue}. */
export class FlashDomain implements KeyValueStorage {
  readonly #domain: string;
  #store: FlashKeyValue | undefined;

  constructor(store: FlashKeyValue, domain: string) {
    this.#store = store;
    this.#domain = domain;
  }

  read(key: string): ArrayBuffer | undefined {
    checkKey(key);
    return this.#open().read(this.#domain, key);
  }

  /** @throws {StorageKeyError | StorageValueError | StorageFullError | StorageWornError} */
  write(key: string, value: Uint8Array): void {
    this.#open().commit([{ domain: this.#domain, key, value }]);
  }

  delete(key: string): void {
    checkKey(key);
    const store = this.#open();
    if (store.has(this.#domain, key)) store.commit([{ domain: this.#domain, key, value: undefined }]);
  }

  [Symbol.iterator](): Iterator<string> {
    return this.#open().keys(this.#domain)[Symbol.iterator]();
  }

  get isDamaged(): boolean {
    return this.#open().isDamaged;
  }

  close(): void {
    this.#store = undefined;
  }

  #open(): FlashKeyValue {
    if (this.#store === undefined) throw new Error("expected an open storage domain, got a closed one");
    return this.#store;
  }
}
