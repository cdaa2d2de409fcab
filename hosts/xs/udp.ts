/** Datagram sockets: ECMA-419's class over the host's natives. */

import type { Datagram, UDP, UDPOptions } from "../../src/ports/udp.js";
import { natives, type Handle } from "./natives.js";

const PORT_MAXIMUM = 65535;

function checkPort(port: number, minimum: number): number {
  if ((port | 0) !== port || port < minimum || port > PORT_MAXIMUM)
    throw new RangeError(`udp: expected a port from ${minimum} to ${PORT_MAXIMUM}, got ${port}`);
  return port;
}

export class XSUDP implements UDP {
  readonly #socket: Handle;

  constructor(options: UDPOptions) {
    this.#socket = natives.openSocket(
      checkPort(options.port ?? 0, 0),
      options.address,
      options.onReadable,
      options.onError,
    );
  }

  get port(): number {
    return natives.socketPort(this.#socket);
  }

  read(): Datagram | undefined {
    return natives.readSocket(this.#socket) as Datagram | undefined;
  }

  write(datagram: Uint8Array, address: string, port: number): void {
    natives.writeSocket(this.#socket, datagram, address, checkPort(port, 1));
  }

  add(group: string): void {
    natives.changeMembership(this.#socket, group, true);
  }

  remove(group: string): void {
    natives.changeMembership(this.#socket, group, false);
  }

  close(): void {
    natives.closeSocket(this.#socket);
  }
}
