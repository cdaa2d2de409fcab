/** A UDP port that tells of each datagram, also where CoAP would not: what is malformed, or another protocol's. */

import type { Datagram, UDP, UDPConstructor, UDPOptions } from "../../src/ports/udp.js";
import type { End } from "../packet.js";

export interface TracedDatagram {
  readonly direction: "in" | "out";
  /** Our end; its address is "" where the socket was not bound to one. */
  readonly local: End;
  readonly remote: End;
  /** The listener's only while it is called. */
  readonly bytes: Uint8Array;
}

/**
 * The class of sockets of `udp`, whose datagrams `listener` is told of: those that come when they are read, those that go
 * before they are written.
 */
export function tracedUDP(udp: UDPConstructor, listener: (datagram: TracedDatagram) => void): UDPConstructor {
  return class TracedUDP implements UDP {
    readonly #socket: UDP;
    readonly #address: string;

    constructor(options: UDPOptions) {
      this.#socket = new udp(options);
      this.#address = options.address ?? "";
    }

    get port(): number {
      return this.#socket.port;
    }

    read(): Datagram | undefined {
      const datagram = this.#socket.read();
      if (datagram !== undefined) this.#tell("in", datagram, new Uint8Array(datagram));
      return datagram;
    }

    write(datagram: Uint8Array, address: string, port: number): void {
      this.#tell("out", { address, port }, datagram);
      this.#socket.write(datagram, address, port);
    }

    add(group: string): void {
      this.#socket.add(group);
    }

    remove(group: string): void {
      this.#socket.remove(group);
    }

    close(): void {
      this.#socket.close();
    }

    #tell(direction: "in" | "out", { address, port }: End, bytes: Uint8Array): void {
      const local = { address: this.#address, port: this.#socket.port };
      listener({ direction, local, remote: { address, port }, bytes });
    }
  };
}
