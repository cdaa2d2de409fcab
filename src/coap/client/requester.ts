/** One request message and its response, as a promise. RFC 7252 §5.2, RFC 9175 §2.3. */

import { EMPTY, UNAUTHORIZED } from "../codec/code.js";
import { Message, NON, encodedMessage } from "../codec/message.js";
import { ECHO } from "../codec/option-number.js";
import { Options } from "../codec/options.js";
import { TimeoutError, type CoapError } from "../errors.js";
import type { DeadlineQueue } from "../../timers/deadline-queue.js";
import type { Peer } from "../messaging/peer.js";
import { unansweredClasses } from "../requesting/no-response.js";
import type { OutstandingRequest, RequestLayer } from "../requesting/request-layer.js";
import type { AbortSignalLike } from "../request-options.js";
import { cancelled, whenGivenUp } from "./giving-up.js";

/** Longest Echo option value (RFC 9175 §2.2.1). */
const MAX_ECHO_BYTES = 40;

export interface Received {
  readonly message: Message;
  readonly roundTripMs: number | undefined;
}

/** Sends the messages of one operation; ends with it. */
export class Requester {
  readonly peer: Peer;
  readonly #layer: RequestLayer;
  readonly #confirmable: boolean;
  readonly #signal: AbortSignalLike | undefined;
  readonly #alsoRecognized: readonly number[] | undefined;
  readonly #stopListening: () => void;
  #closed = false;
  /** Called when the operation is over. */
  onClose: (() => void) | undefined;
  #cancelCurrent: ((error: CoapError) => void) | undefined;
  #failure: CoapError | undefined;
  #current: OutstandingRequest | undefined;

  /** @param alsoRecognized critical options of responses that the caller acts on */
  constructor(
    layer: RequestLayer,
    peer: Peer,
    confirmable: boolean,
    signal: AbortSignalLike | undefined,
    deadlines: DeadlineQueue,
    timeoutMs: number | undefined,
    alsoRecognized?: readonly number[],
  ) {
    this.#layer = layer;
    this.peer = peer;
    this.#confirmable = confirmable;
    this.#signal = signal;
    this.#alsoRecognized = alsoRecognized;
    // The peer must stay the same one while the body's source or reader takes its time between two blocks.
    peer.references += 1;
    this.#stopListening = whenGivenUp(deadlines, peer, signal, timeoutMs, (error) => {
      const isLate = error instanceof TimeoutError;
      if (isLate && this.#current && this.#layer.fallSilent(this.#current)) return;
      this.#fail(error);
    });
  }

  /** The operation is over. A second call does nothing. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.peer.references -= 1;
    this.#stopListening();
    this.onClose?.();
  }

  /** Sends a request; where the server asks who we are, once more with its Echo option value. @throws {CoapError} */
  async send(code: number, options: Options, payload: Uint8Array | undefined): Promise<Received> {
    // A device's stack has 512 slots: the frames of the caller and those down to the socket would not fit it together.
    await Promise.resolve();
    const echo = this.peer.receivedEcho;
    if (echo) options.set(ECHO, echo);
    this.peer.receivedEcho = undefined;
    const received = await this.#sendOnce(code, options, payload);
    const demanded = echoValueOf(received.message);
    if (!demanded) return received;
    if (received.message.code !== UNAUTHORIZED) {
      this.peer.receivedEcho = new Uint8Array(demanded);
      return received;
    }
    return this.#sendOnce(code, options.set(ECHO, demanded), payload);
  }

  /** Resolves when it is known what the peer takes (RFC 8323 §5.3). @throws {CoapError} */
  async negotiated(): Promise<void> {
    // Nobody would hear of a negotiation that fails after the caller has given up.
    if (this.#failure) return;
    const negotiation = this.#layer.negotiated(this.peer);
    if (!negotiation) return;
    await new Promise<void>((resolve, reject) => {
      this.#cancelCurrent = reject;
      negotiation.then(resolve, reject);
    });
    this.#cancelCurrent = undefined;
  }

  #sendOnce(code: number, options: Options, payload: Uint8Array | undefined): Promise<Received> {
    if (this.#signal?.aborted) this.#failure ??= cancelled();
    if (this.#failure) return Promise.reject(this.#failure);
    const unwanted = unansweredClasses(options);
    const alsoRecognized = this.#alsoRecognized;
    return new Promise((resolve, reject) => {
      const outstanding = this.#layer.send(
        this.peer,
        { code, options, payload, unwanted, alsoRecognized, confirmable: this.#confirmable },
        {
          response: (message, roundTripMs) => {
            this.#cancelCurrent = undefined;
            resolve({ message, roundTripMs });
          },
          failed: (error) => {
            this.#cancelCurrent = undefined;
            reject(error);
          },
          silent: () => {
            this.#cancelCurrent = undefined;
            resolve({ message: silence(), roundTripMs: undefined });
          },
        },
      );
      this.#current = outstanding;
      this.#cancelCurrent = (error) => {
        this.#layer.cancel(outstanding);
        reject(error);
      };
    });
  }

  #fail(error: CoapError): void {
    this.#failure ??= error;
    this.#cancelCurrent?.(error);
    this.#cancelCurrent = undefined;
  }
}

/** What the server wants to have returned; undefined for nothing, and for a length that the option has not (RFC 7252 §5.4.3). */
export function echoValueOf({ options }: Message): Uint8Array | undefined {
  const value = options.first(ECHO);
  return value && value.length > 0 && value.length <= MAX_ECHO_BYTES ? value : undefined;
}

/** In place of a response that nobody wanted: a message that says nothing (RFC 7967 §2.1). */
function silence(): Message {
  return new Message(encodedMessage(NON, EMPTY, 0, new Uint8Array(0), new Options(), undefined));
}
