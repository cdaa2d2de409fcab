import type { Datagram, UDP, UDPOptions } from "../src/ports/udp.js";
import { parseAddress, type Address } from "./address.js";
import type { Attachment } from "./attachment.js";
import { NetworkError, type Packet } from "./packet.js";

/** Datagrams that wait to be read; when one more arrives the oldest is dropped and counted. */
export const MAX_QUEUED_DATAGRAMS = 64;

/** A socket of a virtual host. */
export class VirtualUDP implements UDP {
  readonly #attachment: Attachment;
  readonly #options: UDPOptions;
  readonly #address: Address | undefined;
  readonly #groups: string[] = [];
  readonly #queue: Datagram[] = [];
  readonly #port: number;
  #isOpen = true;

  /** @throws {NetworkError} when the port is taken, or the address is not the host's */
  constructor(attachment: Attachment, options: UDPOptions) {
    this.#attachment = attachment;
    this.#options = options;
    const address = options.address === undefined ? undefined : parseAddress(options.address);
    this.#address = address?.text === "::" ? undefined : address;
    if (this.#address !== undefined && this.#address.text !== "0.0.0.0" && !attachment.has(this.#address))
      throw new NetworkError("EADDRNOTAVAIL", `no such address on this host: ${options.address}`);
    this.#port = attachment.bind(this, options.port ?? 0);
  }

  get port(): number {
    return this.#port;
  }

  /** The address that it was bound to; undefined is every address. */
  get localAddress(): Address | undefined {
    return this.#address;
  }

  read(): Datagram | undefined {
    return this.#queue.shift();
  }

  write(datagram: Uint8Array, address: string, port: number): void {
    this.#checkOpen();
    this.#attachment.send(this, datagram, address, port);
  }

  add(group: string): void {
    const { text } = this.#multicast(group);
    if (!this.#groups.includes(text)) this.#groups.push(text);
  }

  remove(group: string): void {
    const index = this.#groups.indexOf(this.#multicast(group).text);
    if (index >= 0) this.#groups.splice(index, 1);
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#queue.length = 0;
    this.#attachment.unbind(this);
  }

  /** Whether a datagram to this address is for this socket; its port has been compared. */
  takes(to: Address): boolean {
    const bound = this.#address;
    if (bound?.text === "0.0.0.0") {
      if (to.family === 6) return false;
    } else if (bound !== undefined) return bound.text === to.text;
    return (
      to.scope !== "multicast" || this.#attachment.hearsAlways(to.text) || this.#groups.includes(to.text)
    );
  }

  /** Puts a datagram that has arrived into the queue. @returns false when the oldest had to go for it */
  deliver(packet: Packet, sourceAddress: string, multicast: boolean): boolean {
    if (!this.#isOpen) return true;
    const hasRoom = this.#queue.length < MAX_QUEUED_DATAGRAMS;
    if (!hasRoom) this.#queue.shift();
    const buffer = new Uint8Array(packet.bytes).buffer;
    this.#queue.push(Object.assign(buffer, { address: sourceAddress, port: packet.from.port, multicast }));
    this.#options.onReadable?.(1);
    return hasRoom;
  }

  /** Tells that a datagram to this end could not be delivered. */
  fail(error: NetworkError, address: string, port: number): void {
    if (this.#isOpen) this.#options.onError?.(error, address, port);
  }

  #multicast(group: string): Address {
    this.#checkOpen();
    const address = parseAddress(group);
    if (address.scope !== "multicast") throw new NetworkError("EINVAL", `not a multicast group: ${group}`);
    this.#attachment.checkZone(address);
    return address;
  }

  #checkOpen(): void {
    if (!this.#isOpen) throw new NetworkError("EBADF", "the socket is closed");
  }
}
