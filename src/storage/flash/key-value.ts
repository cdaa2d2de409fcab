/**
 * Key-value storage in raw flash, in the shape of ECMA-419's: a write is on stable storage when it returns, a power cut
 * leaves the old value or the new. docs/storage.md says what is promised.
 */

import { crc32 as portableCrc32, type Crc32 } from "../../bytes/crc32.js";
import type { Flash } from "../../ports/flash.js";
import type { KeyValueStorage } from "../../ports/key-value.js";
import type { AtomicKeyValue, Change } from "../commit.js";
import {
  checkKey,
  StorageFullError,
  StorageKeyError,
  StorageValueError,
  StorageWornError,
} from "../limits.js";
import { FlashDomain } from "./domain.js";
import { isLoss, type FlashFault } from "./fault.js";
import { FlashStore } from "./store.js";

/** Chunks of all values by default: 11 to 22 bytes of memory each. */
export const MAX_STORED_CHUNKS = 512;

export interface FlashKeyValueOptions {
  /** Chunks of all values together; default {@link MAX_STORED_CHUNKS}. */
  readonly maxChunks?: number;
  /** Called for everything that is found damaged. */
  readonly onFault?: (fault: FlashFault) => void;
  /** The host's own CRC-32, where it has a faster one. */
  readonly crc32?: Crc32;
}

/** How full the storage is, and how well. */
export interface FlashKeyValueStatus {
  /** Bytes that values take with their heads, and could take. */
  readonly usedBytes: number;
  readonly capacityBytes: number;
  readonly chunks: number;
  /** Blocks that failed since the start. */
  readonly failedBlocks: number;
  /** Faults since the start. */
  readonly faults: number;
}

/** Whether a commit that failed has left the store in order: it refused the changes, or knows which blocks failed. */
function isInOrder(error: unknown): boolean {
  return (
    error instanceof StorageFullError ||
    error instanceof StorageKeyError ||
    error instanceof StorageValueError ||
    error instanceof StorageWornError
  );
}

/** The storage of one flash partition, which nobody else may write to. */
export class FlashKeyValue implements AtomicKeyValue {
  readonly #flash: Flash;
  readonly #maxChunks: number;
  readonly #onFault: (fault: FlashFault) => void;
  readonly #crc32: Crc32;
  #faults = 0;
  #isDamaged = false;
  /** Undefined after the memory itself has failed. */
  #store: FlashStore | undefined;

  /**
   * Reads what is stored, whatever a power cut has left.
   * @throws {RangeError} for a flash of a kind that the store does not take
   * @throws {StorageFormatError} for the storage of another version
   */
  constructor(flash: Flash, options: FlashKeyValueOptions = {}) {
    const { maxChunks = MAX_STORED_CHUNKS, crc32 = portableCrc32, onFault } = options;
    this.#flash = flash;
    this.#maxChunks = maxChunks;
    this.#crc32 = crc32;
    this.#onFault = (fault) => {
      this.#faults += 1;
      if (isLoss(fault)) this.#isDamaged = true;
      onFault?.(fault);
    };
    this.#mounted();
  }

  get status(): FlashKeyValueStatus {
    const { usedBytes, capacityBytes, chunks, failedBlocks } = this.#mounted();
    return { usedBytes, capacityBytes, chunks, failedBlocks, faults: this.#faults };
  }

  /** Whether something that was stored may be lost, or an older value stand in its place. */
  get isDamaged(): boolean {
    return this.#isDamaged;
  }

  /** @throws {StorageKeyError} for a domain name that is no key */
  open({ path }: { readonly path: string }): KeyValueStorage {
    checkKey(path);
    return new FlashDomain(this, path);
  }

  /** The value of a key, or undefined. @throws {StorageCorruptError} when it is damaged */
  read(domain: string, key: string): ArrayBuffer | undefined {
    return this.#mounted().read(domain, key);
  }

  /** Whether a key has a value. */
  has(domain: string, key: string): boolean {
    return this.#mounted().has(domain, key);
  }

  /** Keys of a domain, sorted. */
  keys(domain: string): string[] {
    return this.#mounted().keys(domain);
  }

  /**
   * Makes all changes, in their order, or none.
   * @throws {StorageKeyError | StorageValueError | StorageFullError} and then nothing has changed
   * @throws {RangeError} for more than MAX_COMMIT_RECORDS
   * @throws {StorageWornError} when so many blocks have failed that nothing can be written
   */
  commit(changes: readonly Change[]): void {
    try {
      this.#mounted().commit(changes);
    } catch (error) {
      if (!isInOrder(error)) this.#store = undefined;
      throw error;
    }
  }

  #mounted(): FlashStore {
    this.#store ??= new FlashStore(this.#flash, this.#maxChunks, this.#onFault, this.#crc32);
    return this.#store;
  }
}
