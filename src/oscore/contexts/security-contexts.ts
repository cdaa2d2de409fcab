/** The security contexts of an endpoint, found by name, and by what a request says of its own. RFC 8613 §3.3, §5.1. */

import { equalBytes } from "../../bytes/compare.js";
import { toHex } from "../../bytes/hex.js";
import type { Crypto } from "../../platform.js";
import type { CompleteParameters, ContextParameters } from "../context/parameters.js";
import { SecurityContextError } from "../errors.js";
import { VolatileState, type ContextState } from "./context-state.js";
import { NamedContext } from "./named-context.js";

/** How many contexts there may be by default. */
export const MAX_CONTEXTS = 16;

const NONE: readonly NamedContext[] = Object.freeze([]);

/**
 * @example
 * const contexts = new SecurityContexts(platform.crypto);
 * const storage = platform.keyValue.open({ path: "oscore" });
 * contexts.add("phone", { masterSecret, senderId, recipientId }, new StoredState(storage, "phone"));
 * const endpoint = new Endpoint(platform, { site, oscore: oscore({ contexts }) });
 */
export class SecurityContexts {
  readonly #crypto: Crypto;
  readonly #limit: number;
  readonly #byName = new Map<string, NamedContext>();
  /** By Recipient ID, in hexadecimal. */
  readonly #byRecipient = new Map<string, NamedContext[]>();
  readonly #listeners = new Set<(removed: NamedContext) => void>();

  constructor(crypto: Crypto, limit = MAX_CONTEXTS) {
    this.#crypto = crypto;
    this.#limit = limit;
  }

  get size(): number {
    return this.#byName.size;
  }

  /**
   * Adds a context.
   * @param state where the keys outlive the program; otherwise they must be new
   * @throws {SecurityContextError} for a name that is taken, keys that are in use already, or one context too many
   */
  add(name: string, parameters: ContextParameters, state: ContextState = new VolatileState()): NamedContext {
    if (this.#byName.has(name))
      throw new SecurityContextError(`expected a name that is not taken, got ${name}`);
    if (this.#byName.size >= this.#limit)
      throw new SecurityContextError(`limit of ${this.#limit} security contexts reached`);
    const context = new NamedContext(this.#crypto, name, parameters, state);
    for (const other of this.#byName.values())
      if (hasSameSenderKey(other.security.parameters, context.security.parameters))
        throw new SecurityContextError(
          `expected keys of its own for ${name}, got those of ${other.name}: no nonce would be safe`,
        );
    const key = toHex(context.security.parameters.recipientId);
    this.#byName.set(name, context);
    this.#byRecipient.set(key, [...(this.#byRecipient.get(key) ?? NONE), context]);
    return context;
  }

  /** Removes a context: who is reached through it no longer is. A name that there is not is ignored. */
  remove(name: string): void {
    const context = this.#byName.get(name);
    if (!context) return;
    const key = toHex(context.security.parameters.recipientId);
    const rest = this.#byRecipient.get(key)!.filter((one) => one !== context);
    this.#byName.delete(name);
    if (rest.length > 0) this.#byRecipient.set(key, rest);
    else this.#byRecipient.delete(key);
    for (const listener of [...this.#listeners]) listener(context);
  }

  get(name: string): NamedContext | undefined {
    return this.#byName.get(name);
  }

  /** Those that a request may be protected with. @param kidContext must be the ID Context, where the request has one */
  find(kid: Uint8Array, kidContext: Uint8Array | undefined): readonly NamedContext[] {
    const candidates = this.#byRecipient.get(toHex(kid)) ?? NONE;
    if (!kidContext) return candidates;
    return candidates.filter(({ security: { parameters } }) => hasIdContext(parameters, kidContext));
  }

  /** @internal Told of contexts that are removed, until {@link detach}. */
  attach(listener: (removed: NamedContext) => void): void {
    this.#listeners.add(listener);
  }

  /** @internal */
  detach(listener: (removed: NamedContext) => void): void {
    this.#listeners.delete(listener);
  }
}

function hasIdContext({ idContext }: CompleteParameters, kidContext: Uint8Array): boolean {
  return idContext !== undefined && equalBytes(idContext, kidContext);
}

/** §3.3: Master Secret, Master Salt, ID Context and Sender ID are unique together. */
function hasSameSenderKey(one: CompleteParameters, other: CompleteParameters): boolean {
  const isSameIdContext = one.idContext
    ? other.idContext !== undefined && equalBytes(one.idContext, other.idContext)
    : other.idContext === undefined;
  return (
    isSameIdContext &&
    equalBytes(one.masterSecret, other.masterSecret) &&
    equalBytes(one.masterSalt, other.masterSalt) &&
    equalBytes(one.senderId, other.senderId)
  );
}
