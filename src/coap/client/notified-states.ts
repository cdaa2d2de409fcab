/**
 * The states of an observed resource, whole and one after the other: fetches the blocks that a notification did not
 * carry. RFC 7959 §2.6, RFC 7641 §3.4.
 *
 * A notification is acknowledged before its state is whole, and the server does not repeat it. So a state that could
 * not be read is asked for again, and where that does not help either, the observation ends with the error.
 */

import { GET } from "../codec/code.js";
import type { Message } from "../codec/message.js";
import { BLOCK2 } from "../codec/option-number.js";
import { Options } from "../codec/options.js";
import { CoapError } from "../errors.js";
import type { Peer } from "../messaging/peer.js";
import { Cancellation } from "./cancellation.js";
import type { ClientParts } from "./client.js";
import { BodyTooLargeError, Download } from "./download.js";
import { requireSuccess } from "./require-success.js";
import { Requester } from "./requester.js";
import { ClientResponse } from "../client-response.js";

/** How often a state is asked for again before the observation ends with the error. */
const MAX_FETCHES_AGAIN = 3;
/** Pause before a state is asked for again; doubled each time, and up to half as much longer (as RFC 7252 §4.2). */
const FETCH_AGAIN_MS = 2_000;

interface Notified {
  /** Undefined where the state is asked for anew. */
  readonly message: Message | undefined;
  readonly roundTripMs: number | undefined;
  /** Where it has come as a whole. */
  readonly body: Uint8Array | undefined;
  /** No further notification is expected. */
  readonly isLast: boolean;
}

/** Who takes the states. */
export interface StatesHandler {
  state(response: ClientResponse, isLast: boolean): void;
  /** A state could not be read: nothing more comes. */
  failed(error: Error): void;
}

export class NotifiedStates {
  /** Ends what is under way when nobody waits for it any more. */
  readonly cancellation = new Cancellation();
  readonly #parts: ClientParts;
  readonly #peer: Peer;
  readonly #base: Options;
  readonly #maxBodyBytes: number;
  readonly #handler: StatesHandler;
  /** Bounded by `limits.notificationQueue`: the oldest goes first. */
  readonly #queue: Notified[] = [];
  #isReading = false;
  /** Failures since the last state. */
  #failures = 0;
  #endPause: (() => void) | undefined;

  /** @param base options of a request for the state */
  constructor(parts: ClientParts, peer: Peer, base: Options, maxBodyBytes: number, handler: StatesHandler) {
    this.#parts = parts;
    this.#peer = peer;
    this.#base = base;
    this.#maxBodyBytes = maxBodyBytes;
    this.#handler = handler;
  }

  /** Takes a notification; without a message, asks for the state. */
  add(notified: Notified): void {
    if (this.#queue.length >= this.#parts.endpoint.limits.notificationQueue) this.#queue.shift();
    this.#queue.push(notified);
    // What is whole need not wait until it is polite to ask.
    if (isWhole(notified)) this.#endPause?.();
    if (!this.#isReading) this.#readAll().catch(this.#parts.endpoint.deadlines.fault);
  }

  close(): void {
    this.cancellation.cancel();
    this.#endPause?.();
  }

  async #readAll(): Promise<void> {
    this.#isReading = true;
    // The peer must stay the same one from one request to the next.
    this.#peer.references += 1;
    let next = this.#queue.shift();
    while (next && !this.cancellation.aborted) {
      // Blocks of a state that is no longer the newest are not fetched.
      if (isWhole(next) || this.#queue.length === 0) {
        const failed = await this.#read(next);
        if (failed) {
          await this.#pause();
          // What was notified meanwhile is newer.
          this.#queue.splice(0, this.#queue.length - 1);
          next = this.#queue.shift() ?? { ...next, message: undefined };
          continue;
        }
      }
      next = this.#queue.shift();
    }
    this.#peer.references -= 1;
    this.#isReading = false;
  }

  /** @returns whether it is to be tried again */
  async #read(notified: Notified): Promise<boolean> {
    try {
      const response = await this.#complete(notified);
      this.#failures = 0;
      if (!this.cancellation.aborted) this.#handler.state(response, notified.isLast);
    } catch (error) {
      if (this.cancellation.aborted) return false;
      this.#failures += 1;
      const isHopeless = !(error instanceof CoapError) || error instanceof BodyTooLargeError;
      if (!isHopeless && this.#failures <= MAX_FETCHES_AGAIN) return true;
      this.#handler.failed(error as Error);
    }
    return false;
  }

  async #complete({ message, roundTripMs, body }: Notified): Promise<ClientResponse> {
    const peer = this.#peer;
    if (message && body) return new ClientResponse(message, body, peer, roundTripMs);
    const { endpoint, requests } = this.#parts;
    const { deadlines } = endpoint;
    const requester = new Requester(requests, peer, true, this.cancellation, deadlines, undefined);
    try {
      let first = message;
      if (!first) {
        const received = await requester.send(GET, new Options().addAll(this.#base), undefined);
        requireSuccess(received.message, peer, received.roundTripMs);
        first = received.message;
      }
      const download = new Download(requester, GET, this.#base, first);
      return new ClientResponse(first, await download.whole(this.#maxBodyBytes), peer, roundTripMs);
    } finally {
      requester.close();
    }
  }

  #pause(): Promise<void> {
    const { deadlines, random } = this.#parts.endpoint;
    const waitMs = FETCH_AGAIN_MS * 2 ** (this.#failures - 1) * (1 + random.unit() / 2);
    return new Promise((resolve) => {
      const end = (): void => {
        deadlines.clear(deadline);
        this.#endPause = undefined;
        resolve();
      };
      const deadline = deadlines.set(end, waitMs);
      this.#endPause = end;
      // One may have come while the last one failed.
      if (this.#queue.some(isWhole)) end();
    });
  }
}

/** Whether its state needs no further request. */
function isWhole({ message, body }: Notified): boolean {
  return message !== undefined && (body !== undefined || !message.options.has(BLOCK2));
}
