/** A security context of an endpoint, and whether its replay window can be trusted. RFC 8613 §7.4, §B.1.2. */

import type { Crypto } from "../../platform.js";
import type { SecurityContext } from "../context/security-context.js";
import { wrapIdContext, type Renewal } from "./renewal.js";
import type { ContextState } from "./context-state.js";

export class NamedContext {
  /** What resources and requests call it. */
  readonly name: string;
  /** Derives new ones, where that is how a restart is overcome (§B.2). */
  readonly renewal: Renewal | undefined;
  #security: SecurityContext;
  #kidContext: Uint8Array | undefined;
  readonly #crypto: Crypto;
  readonly #state: ContextState;
  /** What came before is known: a Partial IV below the window's is refused rightly. */
  #isSynchronized: boolean;
  /** The Echo value that a request has to bring while it is not. */
  #challenge: Uint8Array | undefined;

  /** @param state that of `security`, whose sequence numbers come from it */
  constructor(
    crypto: Crypto,
    name: string,
    security: SecurityContext,
    state: ContextState,
    renewal?: Renewal,
  ) {
    this.name = name;
    this.renewal = renewal;
    this.#security = security;
    this.#kidContext = this.#kidContextOf(security);
    this.#crypto = crypto;
    this.#state = state;
    this.#isSynchronized = !state.wasUsed;
  }

  /** What messages are protected with now; a message is verified with what its request was protected with. */
  get security(): SecurityContext {
    return this.#security;
  }

  /** What requests say of the ID Context. */
  get kidContext(): Uint8Array | undefined {
    return this.#kidContext;
  }

  /** Replaces the security context by one that no message was protected with before. */
  renew(security: SecurityContext): void {
    this.#security = security;
    this.#kidContext = this.#kidContextOf(security);
  }

  /** False for a Partial IV that has come already. */
  admits(partialIv: number): boolean {
    return !this.#isSynchronized || this.#security.window.admits(partialIv);
  }

  /**
   * Takes a request that was verified, for good.
   * @returns false where it may be older than the restart: its sender has to bring the {@link challenge}
   * @throws {Error} where it cannot be remembered that the context is in use
   */
  take(partialIv: number, echo: Uint8Array | undefined): boolean {
    if (!this.#isSynchronized && !this.#isFresh(echo)) return false;
    this.#state.markUsed();
    if (this.#isSynchronized) {
      this.#security.window.take(partialIv);
      return true;
    }
    this.#security.window.startAt(partialIv);
    this.#isSynchronized = true;
    this.#challenge = undefined;
    return true;
  }

  /** The Echo value to bring: one that nobody had before this program began. @param make gives a random one */
  challenge(make: () => Uint8Array): Uint8Array {
    this.#challenge ??= make();
    return this.#challenge;
  }

  #kidContextOf({ parameters: { idContext } }: SecurityContext): Uint8Array | undefined {
    return this.renewal && idContext ? wrapIdContext(idContext) : idContext;
  }

  #isFresh(echo: Uint8Array | undefined): boolean {
    const expected = this.#challenge;
    return echo !== undefined && expected !== undefined && this.#crypto.equal(echo, expected);
  }
}
