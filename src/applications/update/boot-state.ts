/**
 * Which firmware slot starts: the one that was confirmed, or a new one on trial. A new image has a few starts to be
 * confirmed; then the old one starts again.
 *
 *            stage                boot, up to the limit             confirm
 *  settled ────────→ on trial ←──────────────────────→ on trial ────────────→ settled, on the new slot
 *                        │  revert, or boot past the limit
 *                        └────────────────────────────────────→ settled, on the old slot
 *
 * All of it is one value of the storage, so that a power cut leaves one state or the next. It is stored twice, with a
 * number that counts the changes, so that damage to a record brings no older state back.
 */

import { decodeUint } from "../../bytes/uint.js";
import type { KeyValueStorage } from "../../ports/key-value.js";
import { MonotonicValue } from "../../storage/monotonic-value.js";
import { StorageCorruptError } from "../../storage/limits.js";

/** Starts that a new image has by default to be confirmed. */
export const MAX_TRIAL_BOOTS = 3;
/** Slots of a device by default: one runs, one is written. */
export const FIRMWARE_SLOTS = 2;

/** What became of the last trial. */
export type TrialOutcome = "none" | "on trial" | "confirmed" | "reverted";

/** The slot does not allow this in its state. */
export class FirmwareSlotError extends Error {
  override name = "FirmwareSlotError";
}

export interface BootStateOptions {
  /** Default {@link FIRMWARE_SLOTS}. */
  readonly slots?: number;
  /** Default {@link MAX_TRIAL_BOOTS}. */
  readonly maxTrialBoots?: number;
}

const KEY = "boot";
/** With a number; the one before had none. */
const FORMAT = 2;
const FORMAT_WITHOUT_NUMBER = 1;
const NUMBER_BYTES = 4;
const STATE_BYTES = 5 + NUMBER_BYTES;
const OUTCOMES: readonly TrialOutcome[] = ["none", "on trial", "confirmed", "reverted"];

interface State {
  /** Changes so far. */
  readonly number: number;
  readonly confirmed: number;
  /** The slot of the last trial. */
  readonly trial: number;
  /** Starts of the trial. */
  readonly boots: number;
  readonly outcome: TrialOutcome;
}

const INITIAL: State = { number: 0, confirmed: 0, trial: 0, boots: 0, outcome: "none" };

function decode(bytes: Uint8Array | undefined, slots: number): State {
  if (bytes === undefined) return INITIAL;
  const isOld = bytes.length === STATE_BYTES - NUMBER_BYTES && bytes[0] === FORMAT_WITHOUT_NUMBER;
  const isWhole = isOld || (bytes.length === STATE_BYTES && bytes[0] === FORMAT);
  const start = isOld ? 1 : 1 + NUMBER_BYTES;
  const [confirmed = slots, trial = slots, boots = 0, index = OUTCOMES.length] = bytes.subarray(start);
  const outcome = OUTCOMES[index];
  if (!isWhole || outcome === undefined || confirmed >= slots || trial >= slots)
    throw new StorageCorruptError(`expected the state of ${slots} firmware slots, got ${bytes.join(" ")}`);
  return { number: decodeUint(bytes.subarray(1, start)), confirmed, trial, boots, outcome };
}

export class BootState {
  readonly #value: MonotonicValue;
  /** How many there are. */
  readonly slots: number;
  readonly #maxTrialBoots: number;
  #state: State;

  /** @throws {StorageCorruptError} when something else is stored */
  constructor(storage: KeyValueStorage, options: BootStateOptions = {}) {
    this.#value = new MonotonicValue(storage, KEY);
    this.slots = options.slots ?? FIRMWARE_SLOTS;
    this.#maxTrialBoots = options.maxTrialBoots ?? MAX_TRIAL_BOOTS;
    this.#state = decode(this.#value.read(), this.slots);
  }

  /** The slot that is known to work. */
  get confirmed(): number {
    return this.#state.confirmed;
  }

  /** The slot on trial, or undefined. */
  get trial(): number | undefined {
    return this.#state.outcome === "on trial" ? this.#state.trial : undefined;
  }

  /** How often the slot on trial was started, or that of the last trial. */
  get trialBoots(): number {
    return this.#state.boots;
  }

  get outcome(): TrialOutcome {
    return this.#state.outcome;
  }

  /** A slot that may be written: neither confirmed nor on trial; undefined where there is none. */
  get writable(): number | undefined {
    for (let slot = 0; slot < this.slots; slot += 1)
      if (slot !== this.confirmed && slot !== this.trial) return slot;
    return undefined;
  }

  /**
   * A complete image in `slot` is to be tried at the next start. Another one that was on trial is given up.
   * @throws {FirmwareSlotError} for the confirmed slot, or one that does not exist
   */
  stage(slot: number): void {
    if (!Number.isInteger(slot) || slot < 0 || slot >= this.slots || slot === this.confirmed)
      throw new FirmwareSlotError(
        `expected one of ${this.slots} slots other than ${this.confirmed}, got ${slot}`,
      );
    this.#save({ ...this.#state, trial: slot, boots: 0, outcome: "on trial" });
  }

  /** At a start, before the firmware: counts it. @returns the slot to start */
  boot(): number {
    if (this.trial === undefined) return this.confirmed;
    if (this.#state.boots >= this.#maxTrialBoots) {
      this.revert();
      return this.confirmed;
    }
    this.#save({ ...this.#state, boots: this.#state.boots + 1 });
    return this.#state.trial;
  }

  /**
   * The firmware on trial works: it is the one to start from now on. Without a trial nothing happens.
   * @throws {FirmwareSlotError} before it was started
   */
  confirm(): void {
    const trial = this.trial;
    if (trial === undefined) return;
    if (this.#state.boots === 0)
      throw new FirmwareSlotError(`expected slot ${trial} to be confirmed after it was started, got none`);
    this.#save({ ...this.#state, confirmed: trial, outcome: "confirmed" });
  }

  /** The firmware on trial does not work: the confirmed one starts again. Without a trial nothing happens. */
  revert(): void {
    if (this.trial !== undefined) this.#save({ ...this.#state, outcome: "reverted" });
  }

  #save(changed: State): void {
    const state = { ...changed, number: changed.number + 1 };
    const { number, confirmed, trial, boots, outcome } = state;
    const bytes = new Uint8Array(STATE_BYTES);
    new DataView(bytes.buffer).setUint32(1, number);
    bytes[0] = FORMAT;
    bytes.set([confirmed, trial, Math.min(boots, 0xff), OUTCOMES.indexOf(outcome)], 1 + NUMBER_BYTES);
    this.#value.write(bytes);
    this.#state = state;
  }
}
