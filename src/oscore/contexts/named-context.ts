/** A security context of an endpoint, and whether its replay window can be trusted. RFC 8613 §7.4, §B.1.2. */

import type { Crypto } from "../../platform.js";
import type { ContextParameters } from "../context/parameters.js";
import { SecurityContext } from "../context/security-context.js";
import type { ContextState } from "./context-state.js";

export class NamedContext {
  /** What resources and requests call it. */
  readonly name: string;
  readonly security: SecurityContext;
  readonly #crypto: Crypto;
  readonly #state: ContextState;
  /** What came before is known: a Partial IV below the window's is refused rightly. */
  #isSynchronized: boolean;
  /** The Echo value that a request has to bring while it is not. */
  #challenge: Uint8Array | undefined;

  /** @throws {SecurityContextError} @throws {UnsupportedAlgorithmError} */
  constructor(crypto: Crypto, name: string, parameters: ContextParameters, state: ContextState) {
    this.name = name;
    this.security = new SecurityContext(crypto, parameters, state);
    this.#crypto = crypto;
    this.#state = state;
    this.#isSynchronized = !state.wasUsed;
  }

  /** False for a Partial IV that has come already. */
  admits(partialIv: number): boolean {
    return !this.#isSynchronized || this.security.window.admits(partialIv);
  }

  /**
   * Takes a request that was verified, for good.
   * @returns false where it may be older than the restart: its sender has to bring the {@link challenge}
   * @throws {Error} where it cannot be remembered that the context is in use
   */
  take(partialIv: number, echo: Uint8Array | undefined): boolean {
    if (!this.#isSynchronized && !this.#isFresh(echo)) return false;
    this.#state.markUsed();
    if (this.#isSynchronized) this.security.window.take(partialIv);
    else this.security.window.startAt(partialIv);
    this.#isSynchronized = true;
    this.#challenge = undefined;
    return true;
  }

  /** The Echo value to bring: one that nobody had before this program began. @param make gives a random one */
  challenge(make: () => Uint8Array): Uint8Array {
    this.#challenge ??= make();
    return this.#challenge;
  }

  #isFresh(echo: Uint8Array | undefined): boolean {
    const expected = this.#challenge;
    return echo !== undefined && expected !== undefined && this.#crypto.equal(echo, expected);
  }
}
