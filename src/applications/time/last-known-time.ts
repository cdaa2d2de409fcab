/**
 * The last known time, kept in storage: after a restart it tells that it is at least this late, and no more. Written
 * rarely, since flash wears out.
 */

import { CborError } from "../../cbor/error.js";
import { CborReader } from "../../cbor/reader.js";
import { EPOCH_TIME } from "../../cbor/tag.js";
import { CborWriter } from "../../cbor/writer.js";
import { LATEST_PLAUSIBLE_MS } from "./estimator.js";
import type { KeyValue, KeyValueStorage } from "../../ports/key-value.js";
import { StorageCorruptError } from "../../storage/limits.js";

/** How much later it must have become for the time to be written again, in milliseconds. */
export const SAVE_INTERVAL_MS = 6 * 3_600_000;

const DOMAIN = "time";
const KEY = "last";

export class LastKnownTime {
  readonly #storage: KeyValueStorage;
  #savedMs: number | undefined;

  /** @throws {Error} when the host refuses the storage */
  constructor(keyValue: KeyValue) {
    this.#storage = keyValue.open({ path: DOMAIN });
    this.#savedMs = this.#read();
  }

  /** Unix time in milliseconds, whole seconds, or undefined when nothing readable is stored. */
  get unixMs(): number | undefined {
    return this.#savedMs;
  }

  /**
   * Writes the time down when it has become late enough, or when what is stored turns out to lie in the future.
   * @param earliestMs Unix time in milliseconds that has passed for certain @param latestMs … that has not come yet
   * @throws {Error} when the storage fails
   */
  note(earliestMs: number, latestMs: number): void {
    const savedMs = this.#savedMs;
    if (savedMs !== undefined && earliestMs - savedMs < SAVE_INTERVAL_MS && savedMs <= latestMs) return;
    const seconds = Math.floor(earliestMs / 1000);
    this.#storage.write(KEY, new CborWriter().tag(EPOCH_TIME).integer(seconds).bytes);
    this.#savedMs = seconds * 1000;
  }

  close(): void {
    this.#storage.close();
  }

  #read(): number | undefined {
    try {
      const value = this.#storage.read(KEY);
      if (value === undefined) return undefined;
      const reader = new CborReader(new Uint8Array(value));
      if (reader.readTag() !== EPOCH_TIME) return undefined;
      const unixMs = reader.readUnsigned() * 1000;
      reader.finish();
      return unixMs <= LATEST_PLAUSIBLE_MS ? unixMs : undefined;
    } catch (error) {
      // What another version or a fault left there is worth no more than nothing.
      if (error instanceof CborError || error instanceof StorageCorruptError) return undefined;
      throw error;
    }
  }
}
