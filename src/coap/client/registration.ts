/** The client's side of one entry in a server's list of observers. RFC 7641 §3. */

import type { TimerHandle } from "../../ports/timers.js";
import { GET, isFinalSuccess } from "../codec/code.js";
import type { Message } from "../codec/message.js";
import { OBSERVE_DEREGISTER } from "../codec/observe.js";
import { BLOCK2, OBSERVE, isNoCacheKey } from "../codec/option-number.js";
import { Options } from "../codec/options.js";
import { uintOption } from "../codec/uint-option.js";
import { toHex } from "../../bytes/hex.js";
import { encodeBlock } from "../bodies/block/block.js";
import type { CoapError } from "../errors.js";
import type { Peer } from "../messaging/peer.js";
import type { ClientTransfers, ObservedRequest, ObservingParty } from "../requesting/body-transfers.js";
import type { ClientParts } from "./client.js";
import { NotifiedStates } from "./notified-states.js";
import type { AbortSignalLike, RequestOptions } from "../request-options.js";
import { requireSzx } from "./message-options.js";
import { requireSuccess } from "./require-success.js";
import { ClientResponse } from "../client-response.js";

/** Bounds of the random wait after Max-Age before the interest is registered again (RFC 7641 §3.3.1). */
const MIN_REREGISTER_MS = 5_000;
const MAX_REREGISTER_MS = 15_000;

/**
 * A state is taken for fresh so many seconds, however long its Max-Age: a server that forgot its observers, or never said
 * that, is noticed within a day.
 */
export const MAX_OBSERVED_AGE_S = 86_400;

/** Who reads the states. */
export interface StateReader {
  push(response: ClientResponse): void;
  /** @param error undefined where it was cancelled, or the server does not let the resource be observed */
  end(error: Error | undefined): void;
}

/**
 * The registrations of a client. There is one for each resource, however many read it (RFC 7641 §3.1): the resource is
 * told by its endpoint and by the options that are part of the Cache-Key (RFC 7252 §5.4.6), entity tags included, as
 * one who has none cannot use a 2.03. Block size, block options, size limit and type are those of the first reader.
 */
export class Registrations {
  readonly #parts: ClientParts;
  readonly #registrations = new Map<string, Registration>();

  constructor(parts: ClientParts) {
    this.#parts = parts;
  }

  /**
   * The registration for a resource, which has not begun where it is new.
   * @param transfers how its states travel
   * @param base options of the request
   */
  obtain(
    transfers: ClientTransfers,
    peer: Peer,
    base: Options,
    requestOptions: RequestOptions,
  ): Registration {
    const key = cacheKey(peer, base);
    const known = this.#registrations.get(key);
    if (known) return known;
    const registration = new Registration(this.#parts, transfers, peer, base, requestOptions, () => {
      this.#registrations.delete(key);
    });
    this.#registrations.set(key, registration);
    return registration;
  }
}

function cacheKey(peer: Peer, options: Options): string {
  const parts = options.entries().filter(({ number }) => !isNoCacheKey(number));
  return [peer.id, ...parts.map(({ number, value }) => `${number}:${toHex(value)}`)].join();
}

/** Registered from the first reader to the last. */
export class Registration implements ObservingParty {
  readonly #parts: ClientParts;
  readonly #transfers: ClientTransfers;
  readonly peer: Peer;
  readonly base: Options;
  readonly requestOptions: RequestOptions;
  readonly #onEnd: () => void;
  readonly #readers = new Set<StateReader>();
  readonly #states: NotifiedStates;
  #starting: Promise<void> | undefined;
  #registered = false;
  /** The newest state, for who comes later. */
  #latest: ClientResponse | undefined;
  #reregister: TimerHandle | undefined;
  #observed: ObservedRequest | undefined;
  #ended = false;
  #failure: Error | undefined;
  /** Called when the first state is there, or none will be. */
  #onFirstState: (() => void) | undefined;

  /** @internal Use {@link Registrations.obtain}. */
  constructor(
    parts: ClientParts,
    transfers: ClientTransfers,
    peer: Peer,
    base: Options,
    requestOptions: RequestOptions,
    onEnd: () => void,
  ) {
    this.#parts = parts;
    this.#transfers = transfers;
    this.peer = peer;
    this.base = base;
    this.requestOptions = requestOptions;
    this.#onEnd = onEnd;
    const { blockSize, maxBodyBytes = parts.endpoint.limits.maxBodyBytes } = requestOptions;
    this.#states = new NotifiedStates(parts, peer, base, maxBodyBytes, {
      state: (response, isLast) => {
        if (this.#ended) return;
        this.#latest = response;
        this.#onFirstState?.();
        for (const reader of [...this.#readers]) reader.push(response);
        if (isLast) this.#end(undefined);
      },
      failed: (error) => {
        const token = this.#observed?.token;
        this.#end(error);
        // Though notifications still come: where nothing rejects them, the server is told (RFC 8323 §7.4).
        if (token && this.peer.capabilities) this.#deregister(token).catch(() => undefined);
      },
    });
    if (blockSize !== undefined) base.setUint(BLOCK2, encodeBlock(0, false, requireSzx(blockSize)));
  }

  /** Adds a reader, who gets the newest state, if there is one, and all that follow. */
  attach(reader: StateReader): void {
    this.#readers.add(reader);
    if (this.#latest) reader.push(this.#latest);
  }

  /**
   * Takes a reader away. With the last one it ends, and tells the server so (RFC 7641 §3.6): resolves when that
   * answered, or did not.
   */
  async detach(reader: StateReader): Promise<void> {
    if (!this.#readers.delete(reader) || this.#readers.size > 0 || this.#ended) return;
    const token = this.#observed?.token;
    this.#end(undefined);
    // Over a connection there is no Reset for the notifications of one that nobody waited for (RFC 8323 §7.4).
    const mayBeRegistered = this.#registered || this.peer.capabilities !== undefined;
    if (!mayBeRegistered || !token) return;
    // A device's stack has 512 slots: the caller's frames and ours would not fit it together.
    await Promise.resolve();
    await this.#deregister(token);
  }

  /** Registers, unless it has begun to. @returns when the first state is there @throws {CoapError} */
  started(): Promise<void> {
    this.#starting ??= this.#start();
    return this.#starting;
  }

  async #start(): Promise<void> {
    try {
      // Whatever the caller's stack: what follows runs on a short one.
      await Promise.resolve();
      const firstState = new Promise<void>((resolve) => {
        this.#onFirstState = resolve;
      });
      await this.#transfers.observe(this);
      this.#registered = true;
      await firstState;
      if (this.#failure) throw this.#failure;
    } catch (error) {
      this.#readers.clear();
      this.#end(undefined);
      throw error;
    }
  }

  /** @internal */
  get cancellation(): AbortSignalLike {
    return this.#states.cancellation;
  }

  /** @internal */
  began(observed: ObservedRequest): void {
    this.#observed = observed;
    if (this.#ended) this.#observed?.cancel();
  }

  /** @internal */
  lost(): void {
    this.#states.add({ message: undefined, roundTripMs: undefined, body: undefined, isLast: false });
  }

  /** @internal */
  failed(error: CoapError): void {
    this.#end(error);
  }

  async #deregister(token: Uint8Array): Promise<void> {
    const options = new Options().addAll(this.base);
    options.setUint(OBSERVE, OBSERVE_DEREGISTER);
    await new Promise<void>((resolve) => {
      try {
        this.#parts.requests.send(
          this.peer,
          { code: GET, options, payload: undefined, confirmable: true, token },
          { response: () => resolve(), failed: () => resolve() },
        );
      } catch {
        // Not cancelled in so many words: the next notification will be rejected.
        resolve();
      }
    });
  }

  /** @internal */
  state(message: Message, roundTripMs: number | undefined, body: Uint8Array | undefined): void {
    const isSuccess = isFinalSuccess(message.code);
    const isLast = !isSuccess || uintOption(message.options, OBSERVE) === undefined;
    if (isLast) this.#observed?.cancel();
    if (!isSuccess) {
      // An error ends the observation (§3.2).
      try {
        requireSuccess(message, this.peer);
      } catch (error) {
        this.#end(error as Error);
      }
      return;
    }
    // A device's stack has 512 slots: the frames up from the socket and what follows would not fit it together.
    this.#parts.endpoint.deadlines.soon(() => {
      const { maxAge } = new ClientResponse(message, message.payload, this.peer, undefined);
      if (!isLast) this.#scheduleReregistration(maxAge);
      this.#states.add({ message, roundTripMs, body, isLast });
    });
  }

  #scheduleReregistration(maxAge: number): void {
    // While a connection lives, so do the observations on it (RFC 8323 §7.3).
    if (this.#ended || this.peer.capabilities) return;
    const { deadlines, random } = this.#parts.endpoint;
    if (this.#reregister) deadlines.clear(this.#reregister);
    const waitMs = MIN_REREGISTER_MS + random.unit() * (MAX_REREGISTER_MS - MIN_REREGISTER_MS);
    this.#reregister = deadlines.set(
      () => {
        if (!this.#ended) this.#observed?.renew();
      },
      Math.min(maxAge, MAX_OBSERVED_AGE_S) * 1000 + waitMs,
    );
  }

  #end(error: Error | undefined): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#failure = error;
    this.#onFirstState?.();
    if (this.#reregister) this.#parts.endpoint.deadlines.clear(this.#reregister);
    this.#observed?.cancel();
    this.#states.close();
    this.#onEnd();
    for (const reader of [...this.#readers]) reader.end(error);
    this.#readers.clear();
  }
}
