/**
 * The firmware slots of a device, with the shape of ECMA-419's `embedded:update`: an image is written to the slot that
 * neither runs nor is tried, and tried at the next start once it is complete, as on an ESP32. `BootState` says which
 * slot starts.
 */

import type { Flash } from "../../ports/flash.js";
import type { Update } from "../../ports/update.js";
import { FirmwareSlotError, type BootState } from "./boot-state.js";
import { openSlot, type SlotUpdater, type SlotUpdaterOptions } from "./slot-updater.js";

export class FirmwareSlots implements Update {
  readonly #partitions: readonly Flash[];
  readonly #state: BootState;

  /** @param partitions one for each slot of `state`, in their order */
  constructor(partitions: readonly Flash[], state: BootState) {
    if (partitions.length !== state.slots)
      throw new RangeError(`expected ${state.slots} partitions for firmware, got ${partitions.length}`);
    this.#partitions = partitions;
    this.#state = state;
  }

  /** The partition for the next image. @throws {FirmwareSlotError} while the other slots run and are tried */
  get next(): Flash {
    const slot = this.#state.writable;
    if (slot === undefined)
      throw new FirmwareSlotError(
        `expected a free slot, got none while slot ${this.#state.trial} is on trial`,
      );
    return this.#partitions[slot]!;
  }

  /**
   * Opens {@link next} for an image; to complete it stages the slot.
   * @throws {FirmwareSlotError} for another partition, which is left as it is @throws {RangeError} see `openSlot`
   */
  open(options: SlotUpdaterOptions): SlotUpdater {
    if (options.partition !== this.next)
      throw new FirmwareSlotError("expected the partition for the next image, got another one");
    const slot = this.#partitions.indexOf(options.partition);
    return openSlot(options, () => this.#state.stage(slot));
  }
}
