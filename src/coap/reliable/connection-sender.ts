/** Sends messages of ours over connections, which are opened when they are needed. RFC 8323 §3.3. */

import { EMPTY, codeClass } from "../codec/code.js";
import { CON } from "../codec/message.js";
import type { Options } from "../codec/options.js";
import { DisconnectedError } from "../errors.js";
import type { MessageSender } from "../messaging/messaging.js";
import type { Peer } from "../messaging/peer.js";
import { Transmission, type TransmissionHandler } from "../messaging/transmission.js";
import type { Connection } from "./connection.js";
import type { ConnectionTable } from "./connection-table.js";

/** A transmission keeps no bytes: the channel has them, and nothing is sent again. */
const NO_BYTES = new Uint8Array(0);
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

  send(
    peer: Peer,
    type: number,
    code: number,
    token: Uint8Array,
    options: Options | undefined,
    payload: Uint8Array | undefined,
    handler: TransmissionHandler | undefined,
  ): Transmission {
    const transmission = new Transmission(peer, type === CON, NO_MESSAGE_ID, NO_BYTES, handler);
    this.#connection(peer, code).transmit(transmission, code, token, options, payload);
    return transmission;
  }

  immediate(
    peer: Peer,
    code: number,
    token: Uint8Array,
    options: Options | undefined,
    payload: Uint8Array | undefined,
  ): number {
    this.#connection(peer, code).write(code, token, options, payload);
    return NO_MESSAGE_ID;
  }

  ping(peer: Peer, handler: TransmissionHandler): Transmission {
    const transmission = new Transmission(peer, true, NO_MESSAGE_ID, NO_BYTES, handler);
    this.#connection(peer, EMPTY).ping(transmission);
    return transmission;
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
