/** The connections that an endpoint has: at most `limits.connections`, and as many that come to their end. */

import type { Clock } from "../../ports/clock.js";
import { addressScope } from "../codec/address.js";
import { DisconnectedError, LimitError } from "../errors.js";
import { Peer } from "../messaging/peer.js";
import type { Connection } from "./connection.js";

export class ConnectionTable {
  readonly #limit: number;
  readonly #clock: Clock;
  readonly #make: (peer: Peer) => Connection;
  readonly #connections = new Map<Peer, Connection>();
  /** Those that are not released, by the address of their peer. */
  readonly #usable = new Map<string, Connection>();
  /** Until when a peer is not to be connected to (RFC 8323 §5.5); the oldest entry goes first. */
  readonly #holdOffs = new Map<string, number>();
  #nextPeerId = 1;

  constructor(limit: number, clock: Clock, make: (peer: Peer) => Connection) {
    this.#limit = limit;
    this.#clock = clock;
    this.#make = make;
  }

  /** The connection to a peer, until it has ended. */
  of(peer: Peer): Connection | undefined {
    return this.#connections.get(peer);
  }

  find(address: string, port: number): Peer | undefined {
    return this.#usable.get(keyOf(address, port))?.peer;
  }

  /**
   * Finds a connection that can be used, or makes one that is not open yet.
   * @throws {LimitError} @throws {RangeError} for a group
   */
  obtain(address: string, port: number): Peer {
    if (addressScope(address) === "multicast")
      throw new RangeError(`expected the address of one host, which can be connected to, got ${address}`);
    const known = this.find(address, port) ?? this.add(address, port)?.peer;
    if (!known) throw new LimitError(`limit connections (${this.#limit}) reached`);
    return known;
  }

  /** Makes a connection, in place of an earlier one to the same address; undefined when all others have work. */
  add(address: string, port: number): Connection | undefined {
    const key = keyOf(address, port);
    this.#usable.get(key)?.close(new DisconnectedError(`${address} port ${port} has connected again`));
    if (this.#usable.size >= this.#limit && !this.#releaseOne()) return undefined;
    // Message IDs mean nothing over connections.
    const connection = this.#make(new Peer(address, port, this.#nextPeerId++, 0));
    this.#connections.set(connection.peer, connection);
    this.#usable.set(key, connection);
    return connection;
  }

  /** It takes no more requests. @param holdOffMs how long the peer is not to be connected to */
  released({ peer: { address, port } }: Connection, holdOffMs: number): void {
    const key = keyOf(address, port);
    this.#usable.delete(key);
    if (holdOffMs === 0) return;
    this.#holdOffs.delete(key);
    const [oldest] = this.#holdOffs.keys();
    if (oldest !== undefined && this.#holdOffs.size >= this.#limit) this.#holdOffs.delete(oldest);
    this.#holdOffs.set(key, this.#clock.monotonicMs() + holdOffMs);
  }

  /** Milliseconds until the peer may be connected to. */
  holdOffMs({ address, port }: Peer): number {
    const key = keyOf(address, port);
    const restMs = (this.#holdOffs.get(key) ?? 0) - this.#clock.monotonicMs();
    if (restMs > 0) return restMs;
    this.#holdOffs.delete(key);
    return 0;
  }

  /** It has ended. */
  delete(connection: Connection): void {
    const { address, port } = connection.peer;
    this.#connections.delete(connection.peer);
    const key = keyOf(address, port);
    if (this.#usable.get(key) === connection) this.#usable.delete(key);
  }

  /** All, released ones included. */
  values(): Connection[] {
    return [...this.#connections.values()];
  }

  /** Releases the connection that is missed least: those of a flood say nothing, and go first. */
  #releaseOne(): boolean {
    let chosen: Connection | undefined;
    for (const connection of this.#usable.values())
      if (!connection.isBusy && (!chosen || isMissedLess(connection, chosen))) chosen = connection;
    if (!chosen) return false;
    this.#endOne();
    const reason = `limit connections (${this.#limit}) reached`;
    if (chosen.isBegun) chosen.release(reason);
    else chosen.close(new DisconnectedError(reason));
    return true;
  }

  /** Peers that do not close what was released must not hold more and more of it. */
  #endOne(): void {
    if (this.#connections.size - this.#usable.size < this.#limit) return;
    const oldest = this.values().find(({ isUsable }) => !isUsable);
    oldest?.close(new DisconnectedError("the connection was released"));
  }
}

function isMissedLess(one: Connection, other: Connection): boolean {
  if (one.hasCsm !== other.hasCsm) return !one.hasCsm;
  // Observers come last, but they go as well: who only observes must not shut out everybody else.
  if (one.isIdle !== other.isIdle) return one.isIdle;
  return one.heardMs < other.heardMs;
}

function keyOf(address: string, port: number): string {
  return `${address} ${port}`;
}
