/** The registrations of a directory, each for its lifetime: RFC 9176 §5, §5.3. */

import { toHex } from "../../../bytes/hex.js";
import { utf8Length } from "../../../bytes/utf8.js";
import { SERVICE_UNAVAILABLE } from "../../../coap/codec/code.js";
import { RequestError } from "../../../coap/server/request-error.js";
import type { Platform } from "../../../ports/platform.js";
import type { TimerHandle } from "../../../ports/timers.js";
import { MAX_TIMER_MS } from "../../../timers/deadline-queue.js";
import type { DirectoryLimits } from "./limits.js";
import { showLinks, type Registration, type ShownLinks } from "./registration.js";

/** Bytes of the number in a location: too many to be guessed or used twice. */
const ID_BYTES = 4;

/** A registration with what follows from it. */
export interface Entry extends ShownLinks {
  readonly registration: Registration;
  /** Of the local clock, in milliseconds. */
  readonly expiresAtMs: number;
  readonly bytes: number;
  /** Until when the links of a simple registrant need not be asked for again; of the local clock. */
  readonly freshUntilMs: number;
}

export interface RegistrationsOptions {
  readonly platform: Pick<Platform, "timers" | "clock" | "random">;
  readonly limits: DirectoryLimits;
  /** What look-ups show has changed. */
  readonly onChange: () => void;
  /** A registration is new, was changed or refreshed, or is gone (undefined). */
  readonly onSave: (id: string, entry: Entry | undefined) => void;
}

/** Names may have any character, so that no separator tells them apart. */
function keyOf(ep: string, d: string | undefined): string {
  return JSON.stringify([ep, d ?? null]);
}

export class Registrations {
  readonly #options: RegistrationsOptions;
  /** In the order in which they were first registered. */
  readonly #byId = new Map<string, Entry>();
  readonly #idOfName = new Map<string, string>();
  readonly #shown = new Set<string>();
  #bytes = 0;
  #timer: TimerHandle | undefined;

  constructor(options: RegistrationsOptions) {
    this.#options = options;
  }

  /** How many there are, expired ones included. */
  get size(): number {
    return this.#byId.size;
  }

  /** Those whose lifetime has not ended. */
  get active(): Entry[] {
    const nowMs = this.#options.platform.clock.monotonicMs();
    return [...this.#byId.values()].filter(({ expiresAtMs }) => expiresAtMs > nowMs);
  }

  get(id: string): Entry | undefined {
    return this.#byId.get(id);
  }

  /** The registration of an endpoint; expired ones too, so that its location stays. */
  find(ep: string, d: string | undefined): Entry | undefined {
    const id = this.#idOfName.get(keyOf(ep, d));
    return id === undefined ? undefined : this.#byId.get(id);
  }

  /** A location that is not in use. */
  newId(): string {
    const bytes = new Uint8Array(ID_BYTES);
    let id: string;
    do {
      this.#options.platform.random.fill(bytes);
      id = toHex(bytes);
    } while (this.#byId.has(id));
    return id;
  }

  /**
   * Takes in a registration, in place of the one with its location, and begins its lifetime.
   * @param freshForMs how long its links need not be fetched again
   * @param remainingMs of its lifetime, where that began earlier
   * @throws {LinkFormatError} @throws {LinkReferenceError} @throws {RequestError} 5.03 at a limit
   */
  set(registration: Registration, freshForMs = 0, remainingMs = registration.lt * 1000): void {
    const { platform, limits, onSave, onChange } = this.#options;
    const { id, ep, d, document } = registration;
    const shown = showLinks(registration, limits);
    const bytes = utf8Length(document);
    const known = this.#byId.get(id);
    this.#makeRoom(id, bytes - (known?.bytes ?? 0));
    const nowMs = platform.clock.monotonicMs();
    const entry = {
      ...shown,
      registration,
      expiresAtMs: nowMs + remainingMs,
      bytes,
      freshUntilMs: nowMs + freshForMs,
    };
    const isSame = known !== undefined && this.#shown.has(id) && showsTheSame(known, entry);
    this.#bytes += bytes - (known?.bytes ?? 0);
    this.#byId.set(id, entry);
    this.#idOfName.set(keyOf(ep, d), id);
    this.#shown.add(id);
    onSave(id, entry);
    this.#schedule();
    if (!isSame) onChange();
  }

  /** Removes a registration; one that is absent is ignored. */
  remove(id: string): void {
    const entry = this.#byId.get(id);
    if (!entry) return;
    const { ep, d } = entry.registration;
    this.#byId.delete(id);
    this.#idOfName.delete(keyOf(ep, d));
    this.#bytes -= entry.bytes;
    this.#options.onSave(id, undefined);
    this.#schedule();
    if (this.#shown.delete(id)) this.#options.onChange();
  }

  /** Stops the timer. */
  close(): void {
    if (this.#timer !== undefined) this.#options.platform.timers.clear(this.#timer);
    this.#timer = undefined;
  }

  /** Registrations that are expired or unseen make room for others, the one that is so for longest goes first. */
  #makeRoom(id: string, addedBytes: number): void {
    const { registrations, totalBytes } = this.#options.limits;
    for (;;) {
      const isFull = !this.#byId.has(id) && this.#byId.size >= registrations;
      if (!isFull && this.#bytes + addedBytes <= totalBytes) return;
      const dispensable = this.#firstDispensable(id);
      const limit = isFull ? `registrations (${registrations})` : `totalBytes (${totalBytes})`;
      if (dispensable === undefined)
        throw new RequestError(SERVICE_UNAVAILABLE, `limit ${limit} of the directory reached`);
      this.remove(dispensable);
    }
  }

  #firstDispensable(except: string): string | undefined {
    let first: string | undefined;
    let sinceMs = this.#options.platform.clock.monotonicMs();
    for (const [id, entry] of this.#byId) {
      const dispensableMs = this.#dispensableMs(entry);
      if (id === except || dispensableMs > sinceMs || (dispensableMs === sinceMs && first !== undefined))
        continue;
      first = id;
      sinceMs = dispensableMs;
    }
    return first;
  }

  /** From when on it makes room for others. */
  #dispensableMs({ registration: { lt }, expiresAtMs }: Entry): number {
    const seenMs = expiresAtMs - lt * 1000;
    return Math.min(expiresAtMs, seenMs + this.#options.limits.unseenS * 1000);
  }

  /** When something is to be done about a registration: it is hidden, and later removed. */
  #dueMs({ registration, expiresAtMs }: Entry): number {
    if (this.#shown.has(registration.id)) return expiresAtMs;
    return expiresAtMs + this.#options.limits.keptExpiredS * 1000;
  }

  #schedule(): void {
    const { timers, clock } = this.#options.platform;
    this.close();
    let dueMs = Infinity;
    for (const entry of this.#byId.values()) dueMs = Math.min(dueMs, this.#dueMs(entry));
    if (dueMs === Infinity) return;
    const delayMs = Math.min(Math.max(0, Math.ceil(dueMs - clock.monotonicMs())), MAX_TIMER_MS);
    this.#timer = timers.set(() => this.#expire(), delayMs);
  }

  /** §5.3: what has expired is not shown any more, but can be refreshed for a while; §5.1: simple ones are deleted. */
  #expire(): void {
    const nowMs = this.#options.platform.clock.monotonicMs();
    let isChanged = false;
    for (const entry of [...this.#byId.values()]) {
      const { id, isSimple } = entry.registration;
      if (entry.expiresAtMs > nowMs) continue;
      if (this.#shown.delete(id)) isChanged = true;
      if (isSimple || this.#dueMs(entry) <= nowMs) this.remove(id);
    }
    this.#schedule();
    if (isChanged) this.#options.onChange();
  }
}

/** Whether a refreshed registration looks as before. */
function showsTheSame(one: Entry, other: Entry): boolean {
  return (
    one.registration.document === other.registration.document &&
    JSON.stringify(one.endpoint) === JSON.stringify(other.endpoint)
  );
}
