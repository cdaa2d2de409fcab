/** The security contexts of an endpoint, found by name, and by what a request says of its own. RFC 8613 §3.3, §5.1. */

import { equalBytes } from "../../../bytes/compare.js";
import { toHex } from "../../../bytes/hex.js";
import { decodeUint } from "../../../bytes/uint.js";
import type { Crypto } from "../../../ports/crypto.js";
import type { Random } from "../../../ports/random.js";
import {
  completeParameters,
  type CompleteParameters,
  type ContextParameters,
} from "../context/parameters.js";
import { establish, type SecurityContext } from "../context/security-context.js";
import { SecurityContextError } from "../errors.js";
import { VolatileState, type ContextState } from "./context-state.js";
import { NamedContext } from "./named-context.js";
import { Renewal } from "./renewal.js";

/** How many contexts there may be by default. */
export const MAX_CONTEXTS = 16;

const NONE: readonly NamedContext[] = Object.freeze([]);

/** A Recipient ID as the key of a table: numbers are found fastest. */
type RecipientKey = number | string;

/** IDs up to this length are numbers. */
const SHORT_ID_BYTES = 3;

/** Different for different IDs. */
function recipientKey(id: Uint8Array): RecipientKey {
  // Most have one byte.
  if (id.length === 1) return 0x100 + id[0]!;
  return id.length <= SHORT_ID_BYTES ? decodeUint(id) + (1 << (8 * id.length)) : toHex(id);
}

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
  /** Those that have a name, the newest last. */
  readonly #byName = new Map<string, NamedContext[]>();
  readonly #byRecipient = new Map<RecipientKey, NamedContext[]>();
  readonly #listeners = new Set<(removed: NamedContext) => void>();
  #size = 0;

  constructor(crypto: Crypto, limit = MAX_CONTEXTS) {
    this.#crypto = crypto;
    this.#limit = limit;
  }

  get size(): number {
    return this.#size;
  }

  /**
   * Adds a context.
   * @param state where the keys outlive the program; otherwise they must be new
   * @throws {SecurityContextError} for a name that is taken, keys that are in use already, or one context too many
   */
  add(name: string, parameters: ContextParameters, state: ContextState = new VolatileState()): NamedContext {
    this.#requireFree(name);
    return this.addAnother(name, parameters, state);
  }

  /**
   * As {@link add}, beside contexts that have the name already, such as those of other sessions with the same peer. What
   * the name allows, all of them may; requests of ours go through the newest.
   */
  addAnother(name: string, parameters: ContextParameters, state: ContextState): NamedContext {
    this.#requirePlace();
    const security = establish(this.#crypto, parameters, state);
    return this.#put(new NamedContext(this.#crypto, name, security, state));
  }

  /**
   * Adds a context whose keys are derived anew when either side has lost them or has none yet: both sides have to do so,
   * and to have good randomness (Appendix B.2). Nothing of it has to outlive a restart.
   * @param parameters those without ID Context
   * @throws as {@link add}
   */
  addRenewed(name: string, parameters: Omit<ContextParameters, "idContext">, random: Random): NamedContext {
    this.#requireFree(name);
    this.#requirePlace();
    const renewal = new Renewal(this.#crypto, random, completeParameters(parameters));
    return this.#put(new NamedContext(this.#crypto, name, renewal.first(), new VolatileState(), renewal));
  }

  /**
   * Removes what has a name: who is reached through it no longer is, and its keys are overwritten as soon as the requests
   * in work are answered. A name that there is not is ignored.
   */
  remove(name: string): void {
    for (const context of this.#byName.get(name) ?? NONE) this.drop(context);
  }

  /** Removes one context. One that is not there is ignored. */
  drop(context: NamedContext): void {
    if (!this.#byName.get(context.name)?.includes(context)) return;
    takeOut(this.#byName, context.name, context);
    takeOut(this.#byRecipient, recipientKey(context.security.parameters.recipientId), context);
    this.#size -= 1;
    for (const listener of [...this.#listeners]) listener(context);
    context.close();
  }

  /** Removes all. */
  close(): void {
    for (const name of [...this.#byName.keys()]) this.remove(name);
  }

  get(name: string): NamedContext | undefined {
    return this.#byName.get(name)?.at(-1);
  }

  /** @internal A request proved that both sides have new keys: who was reached through the old ones no longer is. */
  renew(context: NamedContext, security: SecurityContext): void {
    for (const listener of [...this.#listeners]) listener(context);
    context.renew(security);
    context.renewal?.close();
  }

  /** Those with this Recipient ID whose keys are derived anew. */
  findRenewed(kid: Uint8Array): readonly NamedContext[] {
    return (this.#byRecipient.get(recipientKey(kid)) ?? NONE).filter(({ renewal }) => renewal !== undefined);
  }

  /** Those that a request may be protected with. @param kidContext must be the ID Context, where the request has one */
  find(kid: Uint8Array, kidContext: Uint8Array | undefined): readonly NamedContext[] {
    const candidates = this.#byRecipient.get(recipientKey(kid)) ?? NONE;
    if (!kidContext) return candidates;
    return candidates.filter((one) => one.isNamed(kidContext));
  }

  /** @throws {SecurityContextError} */
  #requireFree(name: string): void {
    if (this.#byName.has(name))
      throw new SecurityContextError(`expected a name that is not taken, got ${name}`);
  }

  /** @throws {SecurityContextError} */
  #requirePlace(): void {
    if (this.#size >= this.#limit)
      throw new SecurityContextError(`limit of ${this.#limit} security contexts reached`);
  }

  #put(context: NamedContext): NamedContext {
    const { parameters } = context.security;
    for (const contexts of this.#byName.values())
      for (const other of contexts)
        if (hasSameSenderKey(other.security.parameters, parameters)) {
          context.close();
          throw new SecurityContextError(
            `expected keys of its own for ${context.name}, got those of ${other.name}: no nonce would be safe`,
          );
        }
    putIn(this.#byName, context.name, context);
    putIn(this.#byRecipient, recipientKey(parameters.recipientId), context);
    this.#size += 1;
    return context;
  }

  /** @internal Told of contexts that are removed or renewed, until {@link detach}. */
  attach(listener: (removed: NamedContext) => void): void {
    this.#listeners.add(listener);
  }

  /** @internal */
  detach(listener: (removed: NamedContext) => void): void {
    this.#listeners.delete(listener);
  }
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

function putIn<Key>(map: Map<Key, NamedContext[]>, key: Key, context: NamedContext): void {
  map.set(key, [...(map.get(key) ?? NONE), context]);
}

function takeOut<Key>(map: Map<Key, NamedContext[]>, key: Key, context: NamedContext): void {
  const rest = map.get(key)!.filter((one) => one !== context);
  if (rest.length > 0) map.set(key, rest);
  else map.delete(key);
}
