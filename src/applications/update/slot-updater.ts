/**
 * Writes a firmware image into a slot of flash, in the shape of ECMA-419's `embedded:update`: from start to end, digested
 * on the way, or in any order, digested when it is complete.
 */

import type { Flash, FlashStatus } from "../../ports/flash.js";
import type { Updater, UpdaterOptions } from "../../ports/update.js";
import { equalBytes } from "../../bytes/compare.js";

/** A hash function at work, such as SHA-256. */
export interface Digest {
  update(bytes: Uint8Array): void;
  /** The digest of all bytes; nothing is called after this. */
  finish(): Uint8Array;
}

/** What is in the slot is not the image that was announced. */
export class FirmwareImageError extends Error {
  override name = "FirmwareImageError";
}

export interface SlotUpdaterOptions extends UpdaterOptions {
  readonly digest?: Digest;
  /** What {@link Digest.finish} must give. */
  readonly expectedDigest?: Uint8Array;
}

/** Bytes that are read at once to be digested. */
const READ_BYTES = 256;

/**
 * Opens a slot.
 * @param onComplete called when the image is whole; where it throws, the image is given up
 * @throws {RangeError} for an image that is longer than the slot, or of unknown length in mode `"w"`
 */
export function openSlot(options: SlotUpdaterOptions, onComplete?: () => void): SlotUpdater {
  return options.mode === "w"
    ? new RandomUpdater(options, onComplete)
    : new AppendingUpdater(options, onComplete);
}

/** An image on its way into a slot. */
export abstract class SlotUpdater implements Updater {
  protected readonly flash: Flash;
  protected readonly status: FlashStatus;
  protected readonly digest: Digest | undefined;
  readonly #byteLength: number | undefined;
  readonly #expectedDigest: Uint8Array | undefined;
  readonly #onComplete: (() => void) | undefined;
  #state: "open" | "complete" | "closed" = "open";

  constructor(
    { partition, byteLength, digest, expectedDigest }: SlotUpdaterOptions,
    onComplete: (() => void) | undefined,
  ) {
    this.flash = partition;
    this.status = partition.status();
    this.digest = digest;
    this.#byteLength = byteLength;
    this.#expectedDigest = expectedDigest;
    this.#onComplete = onComplete;
    if (byteLength !== undefined) this.checkEnd(byteLength);
  }

  get isComplete(): boolean {
    return this.#state === "complete";
  }

  abstract write(bytes: Uint8Array, byteOffset?: number): void;

  /** @throws {FirmwareImageError} when length or digest are not what was announced; the image is then given up */
  complete(): void {
    this.checkOpen();
    this.#state = "closed";
    const byteLength = this.finish();
    const announced = this.#byteLength ?? byteLength;
    if (byteLength !== announced)
      throw new FirmwareImageError(`expected an image of ${announced} bytes, got ${byteLength}`);
    const digest = this.digest?.finish();
    if (this.#expectedDigest !== undefined && !(digest && equalBytes(digest, this.#expectedDigest)))
      throw new FirmwareImageError("expected an image with the digest that was announced, got another one");
    this.#onComplete?.();
    this.#state = "complete";
  }

  close(): void {
    if (this.#state === "open") this.#state = "closed";
  }

  /** Writes what is left. @returns the length of the image */
  protected abstract finish(): number;

  protected checkOpen(): void {
    if (this.#state !== "open") throw new Error(`expected an open image, got one that is ${this.#state}`);
  }

  protected checkEnd(end: number): void {
    if (!Number.isInteger(end) || end < 0 || end > this.status.size)
      throw new RangeError(`expected an image of at most ${this.status.size} bytes, got ${end}`);
  }

  /** Writes bytes that begin at a write unit, filled up to the next one. */
  protected program(bytes: Uint8Array, byteOffset: number): void {
    const { writeAlign, eraseValue } = this.status;
    const whole = bytes.length - (bytes.length % writeAlign);
    if (whole > 0) this.flash.write(bytes.subarray(0, whole), byteOffset);
    if (whole === bytes.length) return;
    const last = new Uint8Array(writeAlign).fill(eraseValue);
    last.set(bytes.subarray(whole));
    this.flash.write(last, byteOffset + whole);
  }
}

/** Mode `"a"`: blocks are erased when the image reaches them. */
class AppendingUpdater extends SlotUpdater {
  /** Bytes that do not fill a write unit yet. */
  readonly #open: Uint8Array;
  #openLength = 0;
  /** Bytes of the image that were written or are open. */
  #end = 0;
  #erasedBlocks = 0;

  constructor(options: SlotUpdaterOptions, onComplete?: () => void) {
    super(options, onComplete);
    this.#open = new Uint8Array(this.status.writeAlign);
  }

  /** @throws {RangeError} past the slot's end, or with an offset other than the end of what was written */
  override write(bytes: Uint8Array, byteOffset = this.#end): void {
    this.checkOpen();
    if (byteOffset !== this.#end)
      throw new RangeError(`expected bytes at ${this.#end}, where the image ends, got ${byteOffset}`);
    this.checkEnd(this.#end + bytes.length);
    this.digest?.update(bytes);
    const filling = Math.min(bytes.length, this.#open.length - this.#openLength);
    this.#open.set(bytes.subarray(0, filling), this.#openLength);
    this.#openLength += filling;
    this.#end += bytes.length;
    if (this.#openLength < this.#open.length) return;
    const rest = bytes.subarray(filling);
    const whole = rest.length - (rest.length % this.#open.length);
    const start = this.#end - rest.length;
    this.#eraseTo(start + whole);
    this.program(this.#open, start - this.#open.length);
    if (whole > 0) this.program(rest.subarray(0, whole), start);
    this.#open.set(rest.subarray(whole));
    this.#openLength = rest.length - whole;
  }

  protected override finish(): number {
    this.#eraseTo(this.#end);
    this.program(this.#open.subarray(0, this.#openLength), this.#end - this.#openLength);
    return this.#end;
  }

  #eraseTo(end: number): void {
    for (; this.#erasedBlocks * this.status.blockLength < end; this.#erasedBlocks += 1)
      this.flash.eraseBlock(this.#erasedBlocks);
  }
}

/** Mode `"w"`: what the image will take is erased at once. */
class RandomUpdater extends SlotUpdater {
  readonly #length: number;

  constructor(options: SlotUpdaterOptions, onComplete?: () => void) {
    super(options, onComplete);
    if (options.byteLength === undefined)
      throw new RangeError("expected the length of an image that is written in any order, got none");
    this.#length = options.byteLength;
    this.flash.eraseBlock(0, Math.ceil(this.#length / this.status.blockLength));
  }

  /**
   * Bytes may come in any order, and again when they are the same.
   * @throws {RangeError} outside the image, or not in write units; the image's end need not fill one
   */
  override write(bytes: Uint8Array, byteOffset?: number): void {
    this.checkOpen();
    const { writeAlign } = this.status;
    const end = (byteOffset ?? NaN) + bytes.length;
    const isInUnits = end === this.#length || end % writeAlign === 0;
    if (byteOffset === undefined || byteOffset < 0 || byteOffset % writeAlign !== 0 || !isInUnits)
      throw new RangeError(`expected an offset in units of ${writeAlign}, got ${byteOffset} to ${end}`);
    if (end > this.#length)
      throw new RangeError(`expected an image of ${this.#length} bytes, got bytes up to ${end}`);
    this.program(bytes, byteOffset);
  }

  protected override finish(): number {
    const bytes = new Uint8Array(READ_BYTES);
    for (let start = 0; this.digest !== undefined && start < this.#length; start += READ_BYTES) {
      const part = bytes.subarray(0, Math.min(READ_BYTES, this.#length - start));
      this.flash.read(part, start);
      this.digest.update(part);
    }
    return this.#length;
  }
}
