/** A security context of an endpoint, and whether its replay window can be trusted. RFC 8613 §5.1, §7.4, §B.1.2. */

import { equalBytes } from "../../../bytes/compare.js";
import type { Crypto } from "../../../ports/crypto.js";
import type { SecurityContext } from "../context/security-context.js";
import { wrapIdContext, type Renewal } from "./renewal.js";
import type { ContextState } from "./context-state.js";

export class NamedContext {
  /** What resources and requests call it. */
  readonly name: string;
  /** Derives new ones, where that is how a restart is overcome (§B.2). */
  readonly renewal: Renewal | undefined;
  #security: SecurityContext;
  /** What was replaced, until the peer has shown that it has the new one: responses may still be on their way. */
  #previous: SecurityContext | undefined;
  #kidContext: Uint8Array | undefined;
  #isConfirmed = false;
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
    this.#kidContext = this.#firstKidContext(security);
    this.#crypto = crypto;
    this.#state = state;
    this.#isSynchronized = !state.wasUsed;
  }

  /** What messages are protected with now; a message is verified with what its request was protected with. */
  get security(): SecurityContext {
    return this.#security;
  }

  /**
   * What requests say of the ID Context: itself (§5.1), but where it was made of random bytes and a server may not know it
   * yet it is wrapped (§B.2).
   */
  get kidContext(): Uint8Array | undefined {
    return this.#kidContext;
  }

  /** Whether the peer has shown that it has these keys, too, as EDHOC wants to know before they are kept (RFC 9528 §5.4.2). */
  get isConfirmed(): boolean {
    return this.#isConfirmed;
  }

  /** Replaces the security context by one that no message was protected with before. */
  renew(security: SecurityContext): void {
    this.#previous?.close();
    this.#previous = this.#security;
    this.#security = security;
    this.#kidContext = this.#firstKidContext(security);
    this.#isConfirmed = false;
  }

  /** A message of the peer was verified with `security`: both sides have it (§B.2, steps 4 and 5). */
  confirm(security: SecurityContext): void {
    if (security !== this.#security) return;
    if (this.#previous) this.#forgetPrevious();
    this.#kidContext = security.parameters.idContext;
    this.#isConfirmed = true;
  }

  /** A server said, without protection, that it could not verify a request: it may have lost the context. */
  doubt(): void {
    this.#kidContext = this.#firstKidContext(this.#security);
  }

  /** Whether a request's `kid context` means this one. A request #2 may come again, and late. */
  isNamed(kidContext: Uint8Array): boolean {
    const { idContext } = this.#security.parameters;
    if (!idContext) return false;
    return (
      equalBytes(idContext, kidContext) ||
      (this.renewal !== undefined && equalBytes(wrapIdContext(idContext), kidContext))
    );
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
    this.confirm(this.#security);
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

  /** Overwrites the keys, and what new ones are derived from; requests that are in work are answered before that. */
  close(): void {
    this.#security.close();
    this.#forgetPrevious();
    this.renewal?.forget();
  }

  #forgetPrevious(): void {
    this.#previous?.close();
    this.#previous = undefined;
  }

  #firstKidContext({ parameters: { idContext } }: SecurityContext): Uint8Array | undefined {
    return this.renewal && idContext ? wrapIdContext(idContext) : idContext;
  }

  #isFresh(echo: Uint8Array | undefined): boolean {
    const expected = this.#challenge;
    return echo !== undefined && expected !== undefined && this.#crypto.equal(echo, expected);
  }
}
