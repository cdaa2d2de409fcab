/**
 * A counter that never gives a number twice, whatever the power does, and wears out little: numbers are reserved in
 * steps before they are used; those of a step that were not are skipped after a restart. RFC 8613 §B.1.1 has it for
 * sequence numbers.
 */

import type { KeyValueStorage } from "../platform.js";
import { StorageCorruptError } from "./limits.js";

/** Numbers that are reserved at once by default. */
export const COUNTER_STEP = 64;

const VALUE_BYTES = 8;
const HIGH_WORD = 0x100000000;

function decode(key: string, value: ArrayBuffer | undefined): number {
  if (value === undefined) return 0;
  if (value.byteLength === VALUE_BYTES) {
    const view = new DataView(value);
    const count = view.getUint32(0) * HIGH_WORD + view.getUint32(4);
    if (Number.isSafeInteger(count)) return count;
  }
  throw new StorageCorruptError(`expected a counter under "${key}", got ${value.byteLength} bytes`);
}

export class Counter {
  readonly #storage: KeyValueStorage;
  readonly #key: string;
  readonly #step: number;
  #next: number;
  /** Numbers below this one are reserved. */
  #reserved: number;

  /**
   * @param step numbers reserved at once: each restart skips at most as many
   * @throws {StorageCorruptError} when something else is stored: to begin at 0 would give numbers again
   */
  constructor(storage: KeyValueStorage, key: string, step = COUNTER_STEP) {
    if (!Number.isInteger(step) || step < 1 || step > HIGH_WORD)
      throw new RangeError(`expected a step of 1 to ${HIGH_WORD}, got ${step}`);
    this.#storage = storage;
    this.#key = key;
    this.#step = step;
    this.#reserved = decode(key, storage.read(key));
    this.#next = this.#reserved;
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
    const value = new Uint8Array(VALUE_BYTES);
    const view = new DataView(value.buffer);
    view.setUint32(0, Math.floor(reserved / HIGH_WORD));
    view.setUint32(4, reserved % HIGH_WORD);
    this.#storage.write(this.#key, value);
    this.#reserved = reserved;
  }
}
