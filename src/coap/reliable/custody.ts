/** Requests of the peer in work, and the Pings that ask whether they are done. RFC 8323 §5.4.1. */

import type { IncomingRequest } from "../messaging/incoming-request.js";

/** Pings that wait for requests before them; one more is answered at once, without Custody. */
export const MAX_WAITING_PINGS = 4;

interface WaitingPing {
  readonly token: Uint8Array;
  readonly awaited: Set<IncomingRequest>;
}

export class Custody {
  readonly #inWork = new Set<IncomingRequest>();
  readonly #waiting: WaitingPing[] = [];

  /** Whether every request that came is done. */
  get isDone(): boolean {
    return this.#inWork.size === 0;
  }

  /** A request came. */
  take(request: IncomingRequest): void {
    this.#inWork.add(request);
  }

  /** It is answered, or never will be. @returns tokens of the Pings that waited for it last */
  finish(request: IncomingRequest): Uint8Array[] {
    this.#inWork.delete(request);
    const done: Uint8Array[] = [];
    for (const waiting of [...this.#waiting]) {
      waiting.awaited.delete(request);
      if (waiting.awaited.size > 0) continue;
      this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
      done.push(waiting.token);
    }
    return done;
  }

  /** Keeps a Ping until what came before it is done. @returns false where too many wait already */
  keep(token: Uint8Array): boolean {
    if (this.#waiting.length >= MAX_WAITING_PINGS) return false;
    this.#waiting.push({ token, awaited: new Set(this.#inWork) });
    return true;
  }

  /** The connection has ended. */
  clear(): void {
    this.#inWork.clear();
    this.#waiting.length = 0;
  }
}
