/** Sends messages of ours over connections, which are opened when they are needed. RFC 8323 §3.3. */

import { EMPTY, codeClass } from "../codec/code.js";
import { DisconnectedError } from "../errors.js";
import type { MessageSender } from "../messaging/messaging.js";
import type { Peer } from "../messaging/peer.js";
import type { OutgoingMessage, Transmission } from "../messaging/transmission.js";
import type { Connection } from "./connection.js";
import type { ConnectionTable } from "./connection-table.js";

/** There are none (RFC 8323 §3.2). */
const NO_MESSAGE_ID = 0;

export class ConnectionSender implements MessageSender {
  readonly #table: ConnectionTable;
  readonly #open: (connection: Connection) => void;

  /** @param open begins to connect, or throws a CoapError */
  constructor(table: ConnectionTable, open: (connection: Connection) => void) {
    this.#table = table;
    this.#open = open;
  }

  send(transmission: Transmission, message: OutgoingMessage): void {
    this.#connection(transmission.peer, message.code).transmit(transmission, message);
  }

  immediate(peer: Peer, message: OutgoingMessage): number {
    this.#connection(peer, message.code).write(message);
    return NO_MESSAGE_ID;
  }

  ping(transmission: Transmission): void {
    this.#connection(transmission.peer, EMPTY).ping(transmission);
  }

  cancel(transmission: Transmission): void {
    this.#table.of(transmission.peer)?.cancel(transmission);
  }

  negotiated(peer: Peer): Promise<void> | undefined {
    const connection = this.#connection(peer, EMPTY);
    return connection.hasCsm ? undefined : connection.csmExchange();
  }

  /** The peer's connection, open or being opened. @throws {DisconnectedError} @throws {RefusedError} */
  #connection(peer: Peer, code: number): Connection {
    const connection = this.#table.of(peer);
    const isAnswer = codeClass(code) > 0;
    if (!connection || !(connection.isUsable || isAnswer))
      throw new DisconnectedError(`the connection to ${peer.address} port ${peer.port} has come to its end`);
    if (!connection.isBegun) this.#open(connection);
    return connection;
  }
}
