/**
 * Security contexts of sessions, such as those of EDHOC (RFC 9528 appendix A.1): they end with the program, and nobody
 * says when a peer needs one no longer. So their number is bounded, and those that were not used for longest make room.
 */

import type { ContextParameters } from "../context/parameters.js";
import { VolatileState } from "./context-state.js";
import type { NamedContext } from "./named-context.js";
import type { SecurityContexts } from "./security-contexts.js";

export interface SessionLimits {
  /** Sessions of all peers together. */
  readonly sessions: number;
  /** Sessions of one peer: nobody pushes out those of others by beginning many. */
  readonly sessionsAPeer: number;
}

/** What fits a device. */
export const DEFAULT_SESSION_LIMITS: SessionLimits = { sessions: 4, sessionsAPeer: 1 };

/**
 * @example
 * const sessions = new SessionContexts(contexts);
 * const edhoc = new EdhocServer({
 *   ...options,
 *   onSession: (session) => {
 *     session.useOscore((parameters) => sessions.add(nameOf(session.peer), parameters));
 *     session.close();
 *   },
 * });
 */
export class SessionContexts {
  readonly #contexts: SecurityContexts;
  readonly #limits: SessionLimits;
  /** With what says when each was used last; oldest first. */
  readonly #sessions = new Map<NamedContext, UsedState>();
  #uses = 0;

  /** @param contexts has to have places for as many as `limits` allow */
  constructor(contexts: SecurityContexts, limits: Partial<SessionLimits> = {}) {
    this.#contexts = contexts;
    this.#limits = { ...DEFAULT_SESSION_LIMITS, ...limits };
    contexts.attach((removed) => this.#sessions.delete(removed));
  }

  /**
   * Adds the context of a session.
   * @param name of the peer, for `protectedBy`; that of its other sessions, too
   * @param parameters of keys that are new
   * @throws {SecurityContextError} where `contexts` has no place
   */
  add(name: string, parameters: ContextParameters): NamedContext {
    const { sessions, sessionsAPeer } = this.#limits;
    const peers = [...this.#sessions.keys()].filter((context) => context.name === name);
    if (peers.length >= sessionsAPeer) this.#drop(peers);
    else if (this.#sessions.size >= sessions) this.#drop([...this.#sessions.keys()]);
    const state = new UsedState(() => this.#next());
    const context = this.#contexts.addAnother(name, parameters, state);
    this.#sessions.set(context, state);
    return context;
  }

  #next(): number {
    this.#uses += 1;
    return this.#uses;
  }

  /** The one that was used the longest ago. */
  #drop(candidates: readonly NamedContext[]): void {
    const lastUse = (context: NamedContext): number => this.#sessions.get(context)!.lastUse;
    const victim = candidates.reduce((oldest, one) => (lastUse(one) < lastUse(oldest) ? one : oldest));
    this.#contexts.drop(victim);
  }
}

/** Knows when it was used: for a request that was verified, or for a number of one's own, as notifications have. */
class UsedState extends VolatileState {
  lastUse: number;
  readonly #next: () => number;

  /** @param next counts the uses of all */
  constructor(next: () => number) {
    super();
    this.#next = next;
    this.lastUse = next();
  }

  override next(): number {
    this.lastUse = this.#next();
    return super.next();
  }

  override markUsed(): void {
    this.lastUse = this.#next();
  }
}
