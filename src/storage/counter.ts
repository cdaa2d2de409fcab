/**
 * A counter that never gives a number twice, whatever the power does and whatever record of the storage is damaged, and
 * wears out little: numbers are reserved in steps before they are used; those of a step that were not are skipped after
 * a restart. RFC 8613 §B.1.1 has it for sequence numbers: a step is its K, and F is 0 unless the storage is damaged.
 */

import type { KeyValueStorage } from "../ports/key-value.js";
import { MonotonicValue } from "./monotonic-value.js";
import { StorageCorruptError } from "./limits.js";

/** Numbers that are reserved at once by default. */
export const COUNTER_STEP = 64;
/**
 * Steps that are skipped where the storage is damaged, and the last ones may have been lost: more than fit into a flash
 * memory of 16 MiB. What is older than these was overwritten, and is not found again.
 */
export const DAMAGE_STEPS = 0x40000;

const VALUE_BYTES = 8;
const HIGH_WORD = 0x100000000;
/** Stored in place of a counter that is lost; greater than any. */
const LOST = 0xff;

function decode(key: string, value: Uint8Array): number {
  if (value.length === VALUE_BYTES) {
    const view = new DataView(value.buffer);
    const count = view.getUint32(0) * HIGH_WORD + view.getUint32(4);
    if (Number.isSafeInteger(count)) return count;
  }
  throw new StorageCorruptError(`expected a counter under "${key}", got ${value.length} bytes`);
}

/** What is stored of a counter that has reserved the numbers below `count`. */
export function encodeCount(count: number): Uint8Array {
  const value = new Uint8Array(VALUE_BYTES);
  const view = new DataView(value.buffer);
  view.setUint32(0, Math.floor(count / HIGH_WORD));
  view.setUint32(4, count % HIGH_WORD);
  return value;
}

export class Counter {
  /** Whether numbers may have been given before this object was made. */
  readonly wasUsed: boolean;
  readonly #value: MonotonicValue;
  readonly #step: number;
  #next: number;
  /** Numbers below this one are reserved. */
  #reserved: number;

  /**
   * @param key see {@link MonotonicValue} @param step numbers reserved at once: each restart skips at most as many
   * @throws {StorageCorruptError} when something else is stored, or what was stored may be lost: to begin at 0 would
   * give numbers again
   * @throws {StorageFullError | StorageWornError | Error} when it cannot be stored that it was lost, or what to skip
   */
  constructor(storage: KeyValueStorage, key: string, step = COUNTER_STEP) {
    if (!Number.isInteger(step) || step < 1 || step > HIGH_WORD)
      throw new RangeError(`expected a step of 1 to ${HIGH_WORD}, got ${step}`);
    this.#value = new MonotonicValue(storage, key);
    this.#step = step;
    const value = this.#value.read();
    this.#reserved = value ? decode(key, value) : 0;
    // What is damaged is erased one day: what it means is stored before nobody knows any more.
    if (storage.isDamaged === true) {
      if (!value) {
        this.#value.write(new Uint8Array([LOST]));
        throw new StorageCorruptError(`expected a counter under "${key}", got none where one may be lost`);
      }
      this.#reserved = Math.min(this.#reserved + step * DAMAGE_STEPS, Number.MAX_SAFE_INTEGER);
      this.#value.write(encodeCount(this.#reserved));
    }
    this.#next = this.#reserved;
    this.wasUsed = this.#reserved > 0;
  }

  /**
   * The next number, from 0.
   * @throws {RangeError} after 2^53 - 2
   * @throws {StorageFullError | StorageWornError | Error} when a step cannot be reserved: no number is given then
   */
  next(): number {
    if (this.#next === this.#reserved) this.#reserve();
    this.#next += 1;
    return this.#next - 1;
  }

  #reserve(): void {
    const reserved = Math.min(this.#next + this.#step, Number.MAX_SAFE_INTEGER);
    if (reserved === this.#next) throw new RangeError(`expected a counter below ${reserved}, got its end`);
    this.#value.write(encodeCount(reserved));
    this.#reserved = reserved;
  }
}
