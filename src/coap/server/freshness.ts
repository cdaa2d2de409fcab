/**
 * Requests that have to be fresh: RFC 9175 §2.3, with the list of random values and times of Appendix A, item 1.
 *
 * A door is not to be opened by a request that somebody has kept back since yesterday. A client proves that its request
 * is no older than a value that it was given: by returning it in the Echo option. The values are worth something only
 * where nobody else can read them, or repeat the request at once: on a protected connection.
 *
 * A body in blocks has to bring the value with its first block. A client that also has to show where it is
 * ({@link AmplificationPolicy}) cannot do both at once; the answers of resources like this are short anyway.
 */

import { equalBytes } from "../../bytes/compare.js";
import type { Clock } from "../../ports/clock.js";
import type { Random } from "../../ports/random.js";
import { UNAUTHORIZED } from "../codec/code.js";
import { ECHO } from "../codec/option-number.js";
import { Options } from "../codec/options.js";
import { RequestError } from "./request-error.js";
import type { Request } from "./request.js";
import type { Handler } from "./resource.js";

/** For how long a request counts as fresh, where nothing else is said. */
export const DEFAULT_FRESHNESS_MS = 10_000;
/** 72 bits, as in Appendix A: with two values in the list a guess is right once in 2^71. */
const VALUE_BYTES = 9;

interface Value {
  readonly bytes: Uint8Array;
  /** When it was made: t0. */
  readonly madeMs: number;
}

/**
 * Decides which requests are fresh: for one resource, or for several that share it.
 *
 * @example
 * const freshness = new Freshness(platform.clock, platform.random);
 * site.add("lock", { put: freshness.guard(turn) });
 */
export class Freshness {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #lifetimeMs: number;
  /** Oldest first. Two are enough: the one that is given out for half a lifetime, and the one before it. */
  #values: readonly Value[] = [];

  /** @param lifetimeMs a request is fresh for less than this after its Echo value was made, T in §2.3 */
  constructor(clock: Clock, random: Random, lifetimeMs = DEFAULT_FRESHNESS_MS) {
    if (!(lifetimeMs > 0)) throw new RangeError(`expected a lifetime above 0 ms, got ${lifetimeMs}`);
    this.#clock = clock;
    this.#random = random;
    this.#lifetimeMs = lifetimeMs;
  }

  /** `handler` for fresh requests alone; others are told to come again with an Echo value. */
  guard(handler: Handler): Handler {
    return (request) => {
      this.require(request);
      return handler(request);
    };
  }

  /** @throws {RequestError} 4.01 with an Echo value where the request is not fresh */
  require({ options }: Request): void {
    const echo = options.first(ECHO);
    if (echo && this.#isFresh(echo)) return;
    throw new RequestError(UNAUTHORIZED, "this has to be fresh: repeat it with the Echo value", {
      options: new Options().add(ECHO, this.#valueToGive()),
    });
  }

  /** Something has happened after which no request is fresh that was made before (event-based freshness, §2.3). */
  expire(): void {
    this.#values = [];
  }

  #isFresh(echo: Uint8Array): boolean {
    const nowMs = this.#clock.monotonicMs();
    return this.#values.some(
      ({ bytes, madeMs }) => nowMs - madeMs < this.#lifetimeMs && equalBytes(bytes, echo),
    );
  }

  /** One that a client has at least half a lifetime to return. */
  #valueToGive(): Uint8Array {
    const nowMs = this.#clock.monotonicMs();
    const latest = this.#values.at(-1);
    if (latest && nowMs - latest.madeMs < this.#lifetimeMs / 2) return latest.bytes;
    const bytes = new Uint8Array(VALUE_BYTES);
    this.#random.fill(bytes);
    this.#values = [...(latest ? [latest] : []), { bytes, madeMs: nowMs }];
    return bytes;
  }
}
