/** Connection Health: whether the peer is still there, and the Pings that ask. RFC 8323 §3.4, §5.4. */

import { equalBytes } from "../../bytes/compare.js";
import { Deadline } from "../../timers/deadline.js";
import type { EndpointContext } from "../messaging/endpoint-context.js";
import type { Transmission } from "../messaging/transmission.js";

const PING_TOKEN_BYTES = 4;

export interface ConnectionHealthEvents {
  /** Whether something is expected of the peer, or it expects something. */
  isNeeded(): boolean;
  ping(token: Uint8Array): void;
  /** It did not answer. */
  lost(): void;
}

export class ConnectionHealth {
  readonly #endpoint: EndpointContext;
  readonly #pingAfterMs: number;
  readonly #events: ConnectionHealthEvents;
  readonly #silence: Deadline;
  /** Pings that somebody wants to know the answer to, and their tokens. */
  readonly #pings = new Map<Transmission, Uint8Array>();
  #heardMs: number;
  /** The peer was asked because it was silent. */
  #asked = false;

  /** @param pingAfterMs the silence after which the peer is asked; 0 never asks */
  constructor(endpoint: EndpointContext, pingAfterMs: number, events: ConnectionHealthEvents) {
    this.#endpoint = endpoint;
    this.#pingAfterMs = pingAfterMs;
    this.#events = events;
    this.#silence = new Deadline(endpoint.deadlines, pingAfterMs, () => this.#check());
    this.#heardMs = endpoint.clock.monotonicMs();
  }

  /** When the peer was last heard of. */
  get heardMs(): number {
    return this.#heardMs;
  }

  /** Pings without an answer. */
  get pings(): readonly Transmission[] {
    return [...this.#pings.keys()];
  }

  start(): void {
    this.heard();
    if (this.#pingAfterMs > 0) this.#silence.start();
  }

  /** Something came from the peer. */
  heard(): void {
    this.#heardMs = this.#endpoint.clock.monotonicMs();
    this.#asked = false;
  }

  /** Asks the peer; the handler hears `rejected` when it answers, as over datagrams. */
  ask(transmission: Transmission): void {
    const token = this.#endpoint.random.bytes(PING_TOKEN_BYTES);
    this.#pings.set(transmission, token);
    this.#events.ping(token);
  }

  /** The handler hears nothing more. */
  cancel(transmission: Transmission): void {
    this.#pings.delete(transmission);
  }

  /** A Pong came. libcoap 4.3 leaves its token out (RFC 8323 §5.4 does not): that answers the oldest Ping. */
  answered(token: Uint8Array): void {
    for (const [transmission, sent] of this.#pings)
      if (token.length === 0 || equalBytes(sent, token)) {
        this.#pings.delete(transmission);
        transmission.handler?.rejected();
        return;
      }
  }

  stop(): void {
    this.#silence.stop();
    this.#pings.clear();
  }

  #check(): void {
    const { clock, random } = this.#endpoint;
    const restMs = this.#heardMs + this.#pingAfterMs - clock.monotonicMs();
    if (restMs > 0) {
      this.#silence.start(restMs);
      return;
    }
    if (this.#asked) {
      this.#events.lost();
      return;
    }
    if (this.#events.isNeeded()) {
      this.#asked = true;
      this.#events.ping(random.bytes(PING_TOKEN_BYTES));
    }
    this.#silence.start();
  }
}
