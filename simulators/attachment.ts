import type { UDPConstructor, UDPOptions } from "../src/ports/udp.js";
import { parseAddress, type Address } from "./address.js";
import { NetworkError } from "./packet.js";
import { VirtualUDP } from "./virtual-udp.js";

/** First port that a host chooses by itself (RFC 6335 §6). */
export const FIRST_EPHEMERAL_PORT = 49152;

/** Groups that every host is in (RFC 4291 §2.8, RFC 1112 §4). */
const ALWAYS_JOINED: readonly string[] = ["ff01::1", "ff02::1", "224.0.0.1"];

/** A datagram that leaves a host. */
export interface Departure {
  readonly sender: Attachment;
  readonly socket: VirtualUDP;
  /** Source address, canonical. */
  readonly source: string;
  readonly to: Address;
  readonly port: number;
  /** The destination as the program wrote it, for error reports. */
  readonly written: string;
  readonly bytes: Uint8Array;
}

/** What an attachment needs of the network. */
export interface Medium {
  /** Carries a datagram. @throws {NetworkError} when it is refused at once */
  transmit(departure: Departure): void;
}

function socketClass(attachment: Attachment): UDPConstructor {
  return class extends VirtualUDP {
    constructor(options: UDPOptions) {
      super(attachment, options);
    }
  };
}

/** A host's place in the network: its addresses and sockets. */
export class Attachment {
  readonly addresses: readonly Address[];
  readonly zone: string;
  /** The class of this host's sockets. */
  readonly udp: UDPConstructor;
  /** A host without power hears and says nothing. */
  isOn = true;
  readonly #medium: Medium;
  #sockets: VirtualUDP[] = [];
  #nextPort = FIRST_EPHEMERAL_PORT;

  constructor(medium: Medium, addresses: readonly Address[], zone: string) {
    this.#medium = medium;
    this.addresses = addresses;
    this.zone = zone;
    this.udp = socketClass(this);
  }

  /** Whether packets to this address are for this host. */
  has(address: Address): boolean {
    return address.scope === "loopback" || this.addresses.some(({ text }) => text === address.text);
  }

  hearsAlways(group: string): boolean {
    return ALWAYS_JOINED.includes(group);
  }

  /** Enters a socket. @returns its port @throws {NetworkError} */
  bind(socket: VirtualUDP, port: number): number {
    if (!this.isOn) throw new NetworkError("ENETUNREACH", "the host is switched off");
    if (!Number.isInteger(port) || port < 0 || port > 0xffff)
      throw new NetworkError("EINVAL", `expected a port from 0 to 65535, got ${port}`);
    const local = socket.localAddress?.text;
    const isTaken = (candidate: number): boolean =>
      this.#sockets.some(
        (other) =>
          other.port === candidate &&
          (local === undefined || other.localAddress === undefined || other.localAddress.text === local),
      );
    const chosen = port === 0 ? this.#choosePort(isTaken) : port;
    if (isTaken(chosen)) throw new NetworkError("EADDRINUSE", `port ${chosen} is in use`);
    this.#sockets.push(socket);
    return chosen;
  }

  unbind(socket: VirtualUDP): void {
    this.#sockets = this.#sockets.filter((other) => other !== socket);
  }

  /** The sockets that take a datagram to this end: for a unicast address one at most, the most closely bound. */
  receivers(to: Address, port: number): readonly VirtualUDP[] {
    const takers = this.#sockets.filter((socket) => socket.port === port && socket.takes(to));
    if (to.scope === "multicast" || takers.length < 2) return takers;
    return [takers.find((socket) => socket.localAddress?.text === to.text) ?? takers[0]!];
  }

  send(socket: VirtualUDP, datagram: Uint8Array, address: string, port: number): void {
    if (!Number.isInteger(port) || port < 1 || port > 0xffff)
      throw new NetworkError("EINVAL", `expected a destination port from 1 to 65535, got ${port}`);
    const to = parseAddress(address);
    this.checkZone(to);
    this.#medium.transmit({
      sender: this,
      socket,
      source: this.#sourceFor(socket, to),
      to,
      port,
      written: address,
      bytes: new Uint8Array(datagram),
    });
  }

  /** @throws {NetworkError} when the zone is not this host's, or a link-local unicast address has none */
  checkZone({ text, zone, scope, family }: Address): void {
    if (zone === this.zone) return;
    if (zone !== "") throw new NetworkError("EINVAL", `no interface "${zone}"; this host has "${this.zone}"`);
    if (scope === "link-local" && family === 6)
      throw new NetworkError("EINVAL", `link-local address ${text} without a zone such as %${this.zone}`);
  }

  /** Closes all sockets, and with them what waits in their queues. */
  closeAll(): void {
    for (const socket of this.#sockets) socket.close();
  }

  #choosePort(isTaken: (port: number) => boolean): number {
    for (let tries = FIRST_EPHEMERAL_PORT; tries <= 0xffff; tries++) {
      const port = this.#nextPort;
      this.#nextPort = port === 0xffff ? FIRST_EPHEMERAL_PORT : port + 1;
      if (!isTaken(port)) return port;
    }
    throw new NetworkError("EADDRINUSE", "no port is free");
  }

  /** Source address: the bound one, else the first of the same family and, where there is one, the same scope. */
  #sourceFor(socket: VirtualUDP, to: Address): string {
    const bound = socket.localAddress;
    if (bound !== undefined && bound.family !== to.family)
      throw new NetworkError(
        "ENETUNREACH",
        `the socket is bound to ${bound.text}, ${to.text} is another family`,
      );
    if (bound !== undefined && bound.text !== "0.0.0.0") return bound.text;
    if (to.scope === "loopback") return to.text;
    const own = this.addresses.filter(({ family }) => family === to.family);
    const isOnLink = to.scope === "link-local" || (to.scope === "multicast" && to.text[3] === "2");
    const source = own.find(({ scope }) => (scope === "link-local") === isOnLink) ?? own[0];
    if (source === undefined)
      throw new NetworkError("ENETUNREACH", `no address of this host reaches ${to.text}`);
    return source.text;
  }
}

/** Addresses of a host in canonical form. @throws {NetworkError} for one that no host can have */
export function hostAddresses(texts: readonly string[]): Address[] {
  return texts.map((text) => {
    const address = parseAddress(text);
    if (address.scope === "multicast" || address.scope === "loopback")
      throw new NetworkError("EINVAL", `not an address for a host: ${text}`);
    return address;
  });
}
