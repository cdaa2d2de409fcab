/** Observing a resource. RFC 7641 §3. */

import type { CoapError } from "../errors.js";
import type { DeadlineQueue } from "../../timers/deadline-queue.js";
import { cancelled, whenGivenUp } from "./giving-up.js";
import type { Registration, StateReader } from "./registration.js";
import type { RequestOptions } from "../request-options.js";
import type { ClientResponse } from "../client-response.js";

type Result = IteratorResult<ClientResponse, undefined>;

/**
 * The states of a resource as they change: `for await (const response of observation)`. Holds at most
 * `limits.notificationQueue` unread ones; when more come, the oldest are dropped, the newest never.
 */
export class Observation implements AsyncIterableIterator<ClientResponse>, StateReader {
  readonly #registration: Registration;
  readonly #requestOptions: RequestOptions;
  readonly #deadlines: DeadlineQueue;
  readonly #limit: number;
  readonly #queue: ClientResponse[] = [];
  /** Reads that wait for a notification, in their order. */
  readonly #waiting: { resolve: (result: Result) => void; reject: (error: Error) => void }[] = [];
  #error: Error | undefined;
  #stopListening: (() => void) | undefined;
  #ended = false;
  #cancelling: Promise<void> | undefined;

  /** @internal Use {@link Client.observe}. @param limit unread states */
  constructor(
    registration: Registration,
    requestOptions: RequestOptions,
    deadlines: DeadlineQueue,
    limit: number,
  ) {
    this.#registration = registration;
    this.#requestOptions = requestOptions;
    this.#deadlines = deadlines;
    this.#limit = limit;
  }

  /** Whether notifications can still come. False from the start when the server does not let this resource be observed. */
  get active(): boolean {
    return !this.#ended;
  }

  /** @internal Waits for the first response. */
  async start(): Promise<void> {
    const { signal, timeoutMs } = this.#requestOptions;
    let isRegistered = false;
    let abandon: ((error: CoapError) => void) | undefined;
    const giveUp = (error: CoapError): void => {
      // What keeps the server from hearing of it is no concern of the caller's.
      if (isRegistered) this.cancel().catch(() => undefined);
      else abandon?.(error);
    };
    const { peer } = this.#registration;
    const stopWaiting = whenGivenUp(this.#deadlines, peer, signal, timeoutMs, giveUp);
    this.#registration.attach(this);
    try {
      if (signal?.aborted) throw cancelled();
      await new Promise<void>((resolve, reject) => {
        abandon = reject;
        this.#registration.started().then(resolve, reject);
      });
      isRegistered = true;
      // The time allowed was that of the first response.
      if (!this.#ended) this.#stopListening = whenGivenUp(this.#deadlines, peer, signal, undefined, giveUp);
    } catch (error) {
      this.end(undefined);
      // Whether the server still answers that is not the caller's matter: the time allowed is over.
      this.#registration.detach(this).catch(() => undefined);
      throw error;
    } finally {
      stopWaiting();
    }
  }

  next(): Promise<Result> {
    const response = this.#queue.shift();
    if (response) return Promise.resolve({ done: false, value: response });
    if (this.#error) {
      const error = this.#error;
      this.#error = undefined;
      return Promise.reject(error);
    }
    if (this.#ended) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
    });
  }

  async return(): Promise<Result> {
    await this.cancel();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /**
   * Ends it; with the last observation of a resource the server is told (RFC 7641 §3.6). Resolves when that answered,
   * or did not.
   */
  cancel(): Promise<void> {
    this.#cancelling ??= this.#leave();
    return this.#cancelling;
  }

  async #leave(): Promise<void> {
    if (this.#ended) return;
    this.end(undefined);
    await this.#registration.detach(this);
  }

  /** @internal */
  push(response: ClientResponse): void {
    if (this.#ended) return;
    const reader = this.#waiting.shift();
    if (reader) {
      reader.resolve({ done: false, value: response });
      return;
    }
    if (this.#queue.length >= this.#limit) this.#queue.shift();
    this.#queue.push(response);
  }

  /** @internal */
  end(error: Error | undefined): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#stopListening?.();
    const [first, ...others] = this.#waiting.splice(0);
    if (error && first) first.reject(error);
    else first?.resolve({ done: true, value: undefined });
    if (!first) this.#error = error;
    for (const reader of others) reader.resolve({ done: true, value: undefined });
  }
}
