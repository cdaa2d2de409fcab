/** What the peer says of itself. RFC 8323 §3.3, §5.3. */

import type { Patience } from "../../timers/deadline.js";
import type { Message } from "../codec/message.js";
import type { CoapError } from "../errors.js";
import { BASE_CAPABILITIES } from "../messaging/capabilities.js";
import type { Peer } from "../messaging/peer.js";
import { withCsm } from "./signal.js";

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: CoapError) => void;
}

/** Keeps `peer.capabilities`. */
export class Introduction {
  readonly #peer: Peer;
  readonly #patience: Patience;
  readonly #waiters: Waiter[] = [];
  #done = false;

  /** @param patience with which the first Capabilities and Settings Message is waited for */
  constructor(peer: Peer, patience: Patience) {
    this.#peer = peer;
    this.#patience = patience;
    peer.capabilities = BASE_CAPABILITIES;
  }

  /** Whether the first Capabilities and Settings Message has come. */
  get isDone(): boolean {
    return this.#done;
  }

  /** The connection is open. */
  start(): void {
    if (!this.#done) this.#patience.start();
  }

  /** Resolves with the first Capabilities and Settings Message. */
  whenDone(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiters.push({ resolve, reject });
    });
  }

  /** A Capabilities and Settings Message came, the first or a later one. */
  csm(message: Message): void {
    this.#peer.capabilities = withCsm(this.#peer.capabilities!, message);
    this.#done = true;
    this.#patience.stop();
    for (const waiter of this.#waiters.splice(0)) waiter.resolve();
  }

  /** The connection has ended. */
  stop(error: CoapError): void {
    this.#patience.stop();
    for (const waiter of this.#waiters.splice(0)) waiter.reject(error);
  }
}
