/**
 * The client of a time server: asks again and again, and reports each exchange to a {@link SynchronizedClock}.
 *
 * It asks for CBOR, and for whatever the server likes to give when the server refuses that. The round trip is taken
 * from the local clock around the whole operation: retransmissions, separate responses and Echo make it longer, and so
 * the interval wider, but never wrong.
 */

import type { Client } from "../../coap/client/client.js";
import { BAD_OPTION, NOT_ACCEPTABLE } from "../../coap/codec/code.js";
import { CBOR } from "../../coap/codec/content-format.js";
import { parseUri } from "../../coap/codec/uri.js";
import { ClientErrorResponse, ResponseError } from "../../coap/errors.js";
import type { Platform } from "../../ports/platform.js";
import type { TimerHandle } from "../../ports/timers.js";
import { describeError } from "../../timers/fault.js";
import { MAX_TIMER_MS } from "../../timers/deadline-queue.js";
import type { SynchronizedClock } from "./clock.js";
import type { Verdict } from "./estimator.js";
import { type PollLimits, PollSchedule } from "./poll-schedule.js";
import { TimeFormatError } from "./reading.js";
import { readTime } from "./representation.js";

/** Largest response body that is taken for a time, in bytes. */
export const MAX_TIME_BYTES = 256;

/** What came of one poll. */
export type PollOutcome =
  | { readonly verdict: Verdict; readonly roundTripMs: number; readonly pauseMs: number }
  | { readonly verdict: undefined; readonly error: Error; readonly pauseMs: number };

export interface TimeClientOptions {
  /** URI of the time server's resource, its host a numeric address. */
  readonly server: string;
  readonly clock: SynchronizedClock;
  readonly client: Pick<Client, "get">;
  readonly platform: Pick<Platform, "clock" | "timers" | "random" | "console">;
  readonly polls?: Partial<PollLimits> | undefined;
  /** Told after each poll; what it throws is told to the console. */
  readonly onOutcome?: (outcome: PollOutcome) => void;
}

export class TimeClient {
  readonly #options: TimeClientOptions;
  readonly #uri: string;
  readonly #schedule: PollSchedule;
  #timer: TimerHandle | undefined;
  /** Changes with every start and stop: what a poll of an earlier life brings is dropped. */
  #life = 0;
  #acceptsCbor = true;
  #polls = 0;
  #failures = 0;
  #malformed = 0;
  #roundTripMs: number | undefined;
  #exchangedAtMs: number | undefined;

  /** @throws {UriError} when the server's URI is none */
  constructor(options: TimeClientOptions) {
    this.#options = options;
    parseUri(options.server);
    const { server, clock, platform } = options;
    // Only a server that gives the clock's own scale can set it; Coapsule's gives TAI when asked like this.
    this.#uri = clock.scale === "utc" ? server : `${server}${server.includes("?") ? "&" : "?"}scale=tai`;
    this.#schedule = new PollSchedule(platform.random, options.polls);
  }

  get server(): string {
    return this.#options.server;
  }

  /** Polls begun. */
  get polls(): number {
    return this.#polls;
  }

  /** Polls that brought no time: no answer, or an error. */
  get failures(): number {
    return this.#failures;
  }

  /** Polls whose answer could not be read as a time. */
  get malformed(): number {
    return this.#malformed;
  }

  /** Of the last exchange that brought a time, in milliseconds. */
  get roundTripMs(): number | undefined {
    return this.#roundTripMs;
  }

  /** Since the last exchange that brought a time, in milliseconds. */
  get ageMs(): number | undefined {
    if (this.#exchangedAtMs === undefined) return undefined;
    return this.#options.platform.clock.monotonicMs() - this.#exchangedAtMs;
  }

  /** Begins to poll, at once. */
  start(): void {
    this.stop();
    this.#schedulePoll(0);
  }

  /** Ends polling; an exchange under way is not reported any more. */
  stop(): void {
    this.#life += 1;
    if (this.#timer !== undefined) this.#options.platform.timers.clear(this.#timer);
    this.#timer = undefined;
  }

  #schedulePoll(delayMs: number): void {
    const { timers, console } = this.#options.platform;
    const poll = (): void => {
      this.#poll().catch((error: unknown) => console.log(`time: a listener failed: ${describeError(error)}`));
    };
    this.#timer = timers.set(poll, Math.min(delayMs, MAX_TIMER_MS));
  }

  async #poll(): Promise<void> {
    const life = this.#life;
    let outcome: PollOutcome | undefined;
    this.#polls += 1;
    try {
      outcome = await this.#exchange(life);
    } catch (error) {
      if (life === this.#life)
        outcome = this.#failed(error instanceof Error ? error : new Error(String(error)));
    }
    if (outcome === undefined || life !== this.#life) return;
    this.#schedulePoll(outcome.pauseMs);
    this.#options.onOutcome?.(outcome);
  }

  /** One exchange, or two where the server does not know CBOR; undefined when it ended after `stop`. */
  async #exchange(life: number): Promise<PollOutcome | undefined> {
    const { client, clock, platform } = this.#options;
    for (;;) {
      // A device's stack is short and a request goes deep: it starts from a job of its own, not from the timer's call.
      await Promise.resolve();
      const sentAtMs = platform.clock.monotonicMs();
      try {
        const accept = this.#acceptsCbor ? { accept: CBOR } : {};
        const response = await client.get(this.#uri, { ...accept, maxBodyBytes: MAX_TIME_BYTES });
        const receivedAtMs = platform.clock.monotonicMs();
        if (life !== this.#life) return undefined;
        const reading = readTime(response.payload, response.contentFormat);
        const verdict = clock.exchange(sentAtMs, receivedAtMs, reading);
        this.#roundTripMs = receivedAtMs - sentAtMs;
        this.#exchangedAtMs = receivedAtMs;
        return { verdict, roundTripMs: this.#roundTripMs, pauseMs: this.#pauseAfter(verdict) };
      } catch (error) {
        if (!this.#acceptsCbor || !refusesAccept(error)) throw error;
        this.#acceptsCbor = false;
      }
    }
  }

  #pauseAfter(verdict: Verdict): number {
    switch (verdict) {
      case "accepted":
        return this.#schedule.afterAnswer();
      case "stepped":
        return this.#schedule.afterStep();
      case "contradictory":
        return this.#schedule.afterContradiction();
      default:
        return this.#schedule.afterFailure();
    }
  }

  #failed(error: Error): PollOutcome {
    if (error instanceof TimeFormatError) this.#malformed += 1;
    else this.#failures += 1;
    // Who answers next time may be another server, or a newer one.
    this.#acceptsCbor = true;
    const askedS = error instanceof ResponseError ? error.retryAfterS : undefined;
    return { verdict: undefined, error, pauseMs: this.#schedule.afterFailure((askedS ?? 0) * 1000) };
  }
}

/** Whether a server has no CBOR, or does not even know the critical option Accept (RFC 7252 §5.4.1, §5.10.4). */
function refusesAccept(error: unknown): boolean {
  return error instanceof ClientErrorResponse && (error.code === NOT_ACCEPTABLE || error.code === BAD_OPTION);
}
