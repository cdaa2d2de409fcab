import type { KeyValue, KeyValueStorage } from "../src/ports/key-value.js";
import { MemoryKeyValue } from "../src/storage/memory.js";

/** The power went during a write. What the program does after this is not what a device would do. */
export class PowerCutError extends Error {
  override name = "PowerCutError";
}

/** When the power goes, and what is found afterwards. */
export interface PowerCut {
  /** The number of the write or deletion, counted from now: 1 is the next. */
  readonly atWrite: number;
  /** Whether that write was in time. */
  readonly leaves: "old" | "new";
}

/** Storage of a virtual host: in memory, outlives a restart, and can lose its power at a chosen write. */
export class VirtualKeyValue implements KeyValue {
  /** How many writes and deletions there were, as for the wear of a flash memory. */
  writes = 0;
  /** Called when the power is cut, before {@link PowerCutError} is thrown; a host switches itself off here. */
  onPowerCut: (() => void) | undefined;
  readonly #memory: MemoryKeyValue;
  #cutAt = Infinity;
  #leaves: PowerCut["leaves"] = "old";

  /** @param maxBytes see `MemoryKeyValue` */
  constructor(maxBytes?: number) {
    const onChange = (apply: () => void): void => this.#change(apply);
    this.#memory = new MemoryKeyValue(maxBytes === undefined ? { onChange } : { onChange, maxBytes });
  }

  open(options: { readonly path: string }): KeyValueStorage {
    return this.#memory.open(options);
  }

  /** Arranges for a power cut; undefined calls it off. */
  cutPower(cut: PowerCut | undefined): void {
    this.#cutAt = cut === undefined ? Infinity : this.writes + cut.atWrite;
    this.#leaves = cut?.leaves ?? "old";
  }

  #change(apply: () => void): void {
    this.writes += 1;
    if (this.writes < this.#cutAt) {
      apply();
      return;
    }
    this.#cutAt = Infinity;
    if (this.#leaves === "new") apply();
    this.onPowerCut?.();
    throw new PowerCutError(`power cut at write ${this.writes}`);
  }
}
