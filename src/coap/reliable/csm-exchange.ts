/** The exchange of Capabilities and Settings Messages (CSM) that opens a connection. RFC 8323 §3.3, §5.3. */

import type { Deadline } from "../../timers/deadline.js";
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
export class CsmExchange {
  readonly #peer: Peer;
  readonly #deadline: Deadline;
  readonly #waiters: Waiter[] = [];
  #done = false;

  /** @param deadline for the first Capabilities and Settings Message */
  constructor(peer: Peer, deadline: Deadline) {
    this.#peer = peer;
    this.#deadline = deadline;
    peer.capabilities = BASE_CAPABILITIES;
  }

  /** Whether the first Capabilities and Settings Message has come. */
  get isDone(): boolean {
    return this.#done;
  }

  /** The connection is open. */
  start(): void {
    if (!this.#done) this.#deadline.start();
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
    this.#deadline.stop();
    for (const waiter of this.#waiters.splice(0)) waiter.resolve();
  }

  /** The connection has ended. */
  stop(error: CoapError): void {
    this.#deadline.stop();
    for (const waiter of this.#waiters.splice(0)) waiter.reject(error);
  }
}
