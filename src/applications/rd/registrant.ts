/**
 * Keeps an endpoint registered: finds the directory, registers, updates before the lifetime ends, registers again
 * where an update fails, and takes its leave. RFC 9176 §4.3, §5, §5.3.
 */

import { Cancellation } from "../../coap/client/cancellation.js";
import type { Client } from "../../coap/client/client.js";
import { formatLinks, type Link } from "../../coap/codec/link-format.js";
import { formatUri, parseUri } from "../../coap/codec/uri.js";
import { ResponseError } from "../../coap/errors.js";
import { RandomSource } from "../../coap/messaging/random-source.js";
import type { Platform } from "../../ports/platform.js";
import type { TimerHandle } from "../../ports/timers.js";
import { describeError } from "../../timers/fault.js";
import { MAX_TIMER_MS } from "../../timers/deadline-queue.js";
import { discoverDirectory, NoDirectoryError } from "./discovery.js";
import { DEFAULT_LIFETIME_S, withParameters, type RegistrationParameters } from "./parameters.js";
import { register, removeRegistration, updateRegistration } from "./registration.js";

/** The part of a lifetime after which a registration is updated: what remains is for retransmissions. */
export const REFRESH_PART = 0.75;
/** First pause after a failure, in milliseconds; each further one is twice as long (RFC 9176 §4.1). */
export const MIN_RETRY_MS = 10_000;
/** Longest pause after failures, in milliseconds, as is the longest that a directory can ask for (MAX_RETRY_AFTER_S). */
export const MAX_RETRY_MS = 3_600_000;
/** How long taking leave may take, in milliseconds. */
export const REMOVAL_TIMEOUT_MS = 5000;

/** What came of one attempt. */
export type RegistrationOutcome =
  | { readonly kind: "registered" | "updated"; readonly location: string; readonly pauseMs: number }
  | { readonly kind: "failed"; readonly error: Error; readonly pauseMs: number };

/** What a {@link Registrant} needs. */
export interface RegistrantOptions {
  /** URI of the directory: with a path, its registration interface; without one, the host that is asked for it. */
  readonly server: string;
  readonly parameters: RegistrationParameters;
  /** The links to register, as they are now: asked for before each attempt. */
  readonly links: () => readonly Link[];
  readonly client: Pick<Client, "get" | "post" | "delete">;
  readonly platform: Pick<Platform, "timers" | "random" | "console">;
  /** Told after each attempt; what it throws is told to the console. */
  readonly onOutcome?: (outcome: RegistrationOutcome) => void;
}

interface Registered {
  readonly location: string;
  /** The links as they were registered. */
  readonly links: string;
}

/** The registration of one endpoint, kept alive. */
export class Registrant {
  readonly #options: RegistrantOptions;
  readonly #random: RandomSource;
  /** True where the server's URI is that of a host and not of the interface. */
  readonly #discovers: boolean;
  /** Registration interfaces that have not failed yet. */
  #candidates: string[] = [];
  #registered: Registered | undefined;
  #timer: TimerHandle | undefined;
  /** Ends the attempt under way; there is one from `start` to `stop`. */
  #cancellation: Cancellation | undefined;
  #failures = 0;

  /** @throws {UriError} when the server's URI is none @throws {RegistrationParameterError} */
  constructor(options: RegistrantOptions) {
    this.#options = options;
    this.#random = new RandomSource(options.platform.random);
    this.#discovers = parseUri(options.server).path.length === 0;
    withParameters(options.server, options.parameters);
  }

  /** URI of the registration; undefined while there is none. */
  get location(): string | undefined {
    return this.#registered?.location;
  }

  /** Begins, in a while without any delay, so that all that is to be registered can be there. */
  start(): void {
    if (this.#cancellation) return;
    this.#cancellation = new Cancellation();
    this.#schedule(0);
  }

  /** Ends; takes the registration out of the directory (RFC 9176 §5.3.2). @throws {CoapError} when that fails */
  async stop(): Promise<void> {
    const { client, platform } = this.#options;
    this.#cancellation?.cancel();
    this.#cancellation = undefined;
    if (this.#timer !== undefined) platform.timers.clear(this.#timer);
    this.#timer = undefined;
    const registered = this.#registered;
    this.#registered = undefined;
    this.#candidates = [];
    this.#failures = 0;
    if (registered) await removeRegistration(client, registered.location, { timeoutMs: REMOVAL_TIMEOUT_MS });
  }

  #schedule(delayMs: number): void {
    const { timers, console } = this.#options.platform;
    const attempt = (): void => {
      this.#attempt().catch((error: unknown) =>
        console.log(`rd: a listener failed: ${describeError(error)}`),
      );
    };
    this.#timer = timers.set(attempt, Math.min(delayMs, MAX_TIMER_MS));
  }

  async #attempt(): Promise<void> {
    const cancellation = this.#cancellation!;
    let outcome: RegistrationOutcome;
    try {
      // A device's stack is short and a request goes deep: it starts from a job of its own, not from the timer's call.
      await Promise.resolve();
      const kind = await this.#refresh(cancellation);
      if (cancellation.aborted) return;
      this.#failures = 0;
      const { lt = DEFAULT_LIFETIME_S } = this.#options.parameters;
      outcome = { kind, location: this.#registered!.location, pauseMs: lt * 1000 * REFRESH_PART };
    } catch (error) {
      if (cancellation.aborted) return;
      this.#candidates.shift();
      outcome = {
        kind: "failed",
        error: error instanceof Error ? error : new Error(String(error)),
        pauseMs: this.#pauseAfter(error),
      };
    }
    this.#schedule(outcome.pauseMs);
    this.#options.onOutcome?.(outcome);
  }

  /** Updates where that will do, registers otherwise. RFC 9176 §5.3.1. */
  async #refresh(signal: Cancellation): Promise<"registered" | "updated"> {
    const { client, parameters, links } = this.#options;
    const current = links();
    const text = formatLinks(current);
    const registered = this.#registered;
    if (registered?.links === text) {
      try {
        await updateRegistration(client, registered.location, {}, { signal });
        return "updated";
      } catch (error) {
        // §5.3.1: whatever it was, the endpoint registers again.
        if (signal.aborted) throw error;
        this.#registered = undefined;
      }
    }
    const uri = await this.#candidate(signal);
    const location = await register(client, uri, parameters, current, { signal });
    if (!signal.aborted) this.#registered = { location, links: text };
    return "registered";
  }

  /** The registration interface to try next. @throws {NoDirectoryError} */
  async #candidate(signal: Cancellation): Promise<string> {
    const { client, server } = this.#options;
    if (!this.#discovers) return server;
    if (this.#candidates.length === 0) {
      const found = await discoverDirectory(client, server, signal);
      // Those of other schemes are for clients that speak them.
      const { scheme } = parseUri(server);
      this.#candidates = found.registration.filter((uri) => uri.startsWith(`${scheme}://`));
    }
    const [uri] = this.#candidates;
    if (uri === undefined) throw new NoDirectoryError(`expected a registration interface at ${server}`);
    // Also a check, as others wrote it.
    return formatUri(parseUri(uri));
  }

  /** §4.1: strictly limited in rate; §5: not before the time that the directory asks for. */
  #pauseAfter(error: unknown): number {
    const pauseMs = Math.min(MIN_RETRY_MS * 2 ** this.#failures, MAX_RETRY_MS);
    this.#failures += 1;
    const askedS = error instanceof ResponseError ? error.retryAfterS : undefined;
    return Math.max(pauseMs, (askedS ?? 0) * 1000) * (1 + this.#random.unit() / 2);
  }
}
