import type { Clock } from "../src/ports/clock.js";
import type { Console } from "../src/ports/console.js";
import type { Platform } from "../src/ports/platform.js";
import type { Random } from "../src/ports/random.js";
import type { TimerHandle, Timers } from "../src/ports/timers.js";
import type { UDPConstructor } from "../src/ports/udp.js";
import type { Attachment } from "./attachment.js";
import { VirtualKeyValue } from "./storage.js";
import { MAX_DELAY_MS, type VirtualTime } from "./virtual-time.js";

/** Lines that a host's console keeps; then the oldest goes. */
export const MAX_CONSOLE_LINES = 1000;

/** Smallest step of virtual time (see `virtual-time.ts`). */
const STEP_MS = 1 / 1024;

/** A host's own oscillator: it runs faster or slower than the world's time, and starts anywhere. */
export class DriftingClock implements Clock {
  readonly #time: VirtualTime;
  readonly #rate: number;
  #startedMs: number;
  #offsetMs: number;

  /** @param driftPpm parts per million that it runs fast (below 0: slow) @param offsetMs what it shows now */
  constructor(time: VirtualTime, driftPpm: number, offsetMs: number) {
    this.#time = time;
    this.#rate = 1 + driftPpm / 1e6;
    this.#startedMs = time.nowMs;
    this.#offsetMs = offsetMs;
  }

  monotonicMs(): number {
    this.#time.touch();
    return this.#at(this.#time.nowMs);
  }

  /** The first moment of the world's time at which this clock will have gone on by `delayMs`. */
  worldMsAfter(delayMs: number): number {
    const dueMs = this.#at(this.#time.nowMs) + delayMs;
    let worldMs = this.#time.nowMs + delayMs / this.#rate;
    while (this.#at(worldMs) < dueMs) worldMs += STEP_MS;
    return worldMs;
  }

  /** Starts anew, as after a reset. */
  restart(offsetMs: number): void {
    this.#startedMs = this.#time.nowMs;
    this.#offsetMs = offsetMs;
  }

  #at(worldMs: number): number {
    return this.#offsetMs + (worldMs - this.#startedMs) * this.#rate;
  }
}

/** A host in the world: a platform, and what a test does to it from outside. */
export class VirtualHost implements Platform {
  readonly udp: UDPConstructor;
  readonly timers: Timers;
  readonly clock: DriftingClock;
  readonly random: Random;
  readonly keyValue = new VirtualKeyValue();
  readonly console: Console;
  /** What was written to the console. */
  readonly lines: string[] = [];
  readonly #time: VirtualTime;
  readonly #attachment: Attachment;

  constructor(time: VirtualTime, attachment: Attachment, random: Random, clock: DriftingClock) {
    this.#time = time;
    this.#attachment = attachment;
    this.udp = attachment.udp;
    this.random = random;
    this.clock = clock;
    this.timers = {
      set: (callback, delayMs): TimerHandle => this.#setTimer(callback, delayMs),
      clear: (handle): void => time.clear(handle),
    };
    this.console = {
      log: (line): void => {
        time.touch();
        if (this.lines.length >= MAX_CONSOLE_LINES) this.lines.shift();
        this.lines.push(line);
      },
    };
    this.keyValue.onPowerCut = (): void => this.powerOff();
  }

  /** First address, canonical; a link-local one with its zone. */
  get address(): string {
    const [first] = this.#attachment.addresses;
    if (first === undefined) return "";
    return first.family === 6 && first.scope === "link-local"
      ? `${first.text}%${this.#attachment.zone}`
      : first.text;
  }

  /** Ends all that runs on it, without a word: its sockets and timers are gone, its storage stays. */
  powerOff(): void {
    this.#attachment.isOn = false;
    this.#attachment.closeAll();
    this.#time.clearOwner(this);
  }

  /** Power is back: the clock starts again, and a program may be started. @param clockOffsetMs what the clock shows */
  powerOn(clockOffsetMs = 0): void {
    this.#attachment.isOn = true;
    this.clock.restart(clockOffsetMs);
  }

  #setTimer(callback: () => void, delayMs: number): TimerHandle {
    if (!(delayMs >= 0 && delayMs <= MAX_DELAY_MS))
      throw new RangeError(`expected a timer delay of 0 to ${MAX_DELAY_MS} ms, got ${delayMs}`);
    // What a program that has lost its power still does in this instant must not come to life later.
    if (!this.#attachment.isOn) return {};
    return this.#time.schedule(callback, this.clock.worldMsAfter(delayMs), this);
  }
}
