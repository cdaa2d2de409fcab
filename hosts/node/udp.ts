import type { RemoteInfo, Socket } from "node:dgram";
import { normalizeAddress } from "../../src/coap/codec/address.js";
import type { Datagram, UDP, UDPOptions } from "../../src/ports/udp.js";
import { mappedAddress, plainAddress } from "./mapped-address.js";
import { GroupMembership } from "./multicast.js";
import { openSocket } from "./socket.js";

/** Datagrams that wait to be read; when one more arrives the oldest is dropped and counted. */
export const MAX_QUEUED_DATAGRAMS = 1024;

/** Error codes of a machine without IPv6. */
const NO_IPV6: readonly unknown[] = ["EAFNOSUPPORT", "EADDRNOTAVAIL"];

/** A datagram while it is made. */
type Arriving = ArrayBuffer & { address: string; port: number; multicast: boolean };

interface SendError extends Error {
  readonly address?: string;
  readonly port?: number;
}

/**
 * ECMA-419's UDP class over node:dgram. Without an address it is one socket for IPv6 and IPv4; IPv4 addresses are
 * plain either way. Errors of sending are found after `write` has returned and go to `onError`, but for what answers a
 * datagram while it is handled; so do those of receiving, with "" and 0 as Node does not tell whom they concern. Node hears of ICMP messages only on connected
 * sockets, so an unreachable port goes unnoticed.
 */
export class NodeUDP implements UDP {
  /** Datagrams dropped because the queue was full. */
  dropped = 0;
  readonly #options: UDPOptions;
  readonly #queue: Datagram[] = [];
  readonly #memberships = new Map<string, GroupMembership>();
  readonly #family: 4 | 6;
  readonly #isWildcard: boolean;
  #socket: Socket;
  #allowsGroups = false;
  /** The datagram that has just come, while its reader is told. */
  #arrived: Datagram | undefined;
  /** What was written last. */
  #copied: Uint8Array = new Uint8Array(0);
  #isOpen = true;

  /** @throws {Error} when the system refuses: its `code` is EADDRINUSE, EACCES, EADDRNOTAVAIL, … */
  constructor(options: UDPOptions) {
    this.#options = options;
    const { port = 0, address } = options;
    this.#isWildcard = address === undefined || address === "::" || address === "0.0.0.0";
    this.#family = address === undefined || address.includes(":") ? 6 : 4;
    try {
      this.#socket = this.#open(port, false);
    } catch (error) {
      if (address !== undefined || !NO_IPV6.includes((error as NodeJS.ErrnoException).code)) throw error;
      this.#family = 4;
      this.#socket = this.#open(port, false);
    }
  }

  get port(): number {
    return this.#isOpen ? this.#socket.address().port : 0;
  }

  read(): Datagram | undefined {
    return this.#queue.shift();
  }

  write(datagram: Uint8Array, address: string, port: number): void {
    if (!this.#isOpen) throw new Error("expected an open socket, got a closed one");
    const destination = this.#family === 6 ? mappedAddress(address) : address;
    const copy = this.#copy(datagram);
    // To hear of errors costs a callback in a later turn. Who has sent us a datagram in this one can be reached.
    if (this.#arrived?.port === port && this.#arrived.address === address)
      this.#socket.send(copy, port, destination);
    else this.#socket.send(copy, port, destination, this.#onSent);
  }

  add(group: string): void {
    if (!this.#isOpen) throw new Error("expected an open socket, got a closed one");
    const key = normalizeAddress(group) ?? group;
    if (this.#memberships.has(key)) return;
    this.#allowGroups();
    const membership = new GroupMembership(group, {
      port: this.port,
      wildcard: this.#isWildcard ? this.#socket : undefined,
      onMessage: (bytes, remote) => this.#receive(bytes, remote, true),
      onError: this.#onSocketError,
    });
    this.#memberships.set(key, membership);
  }

  remove(group: string): void {
    const key = normalizeAddress(group) ?? group;
    this.#memberships.get(key)?.leave();
    this.#memberships.delete(key);
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    for (const membership of this.#memberships.values()) membership.leave();
    this.#memberships.clear();
    this.#queue.length = 0;
    this.#socket.close();
  }

  /**
   * A copy, since dgram keeps the bytes until the system takes them. It mostly does so at once: while nothing waits,
   * the memory of the last copy is free for one of the same length.
   */
  #copy(datagram: Uint8Array): Uint8Array {
    if (this.#copied.length !== datagram.length || this.#socket.getSendQueueSize() > 0)
      this.#copied = Buffer.from(datagram);
    else this.#copied.set(datagram);
    return this.#copied;
  }

  /**
   * Sockets of groups share the port, for which all of them, this one included, must have said so when they were
   * bound. Said from the start, a second program on the same port would not be noticed but steal datagrams; so the
   * port is taken alone first, and bound anew when the first group is joined. Datagrams that wait in the system at
   * that moment are lost.
   */
  #allowGroups(): void {
    if (this.#allowsGroups || !this.#isWildcard) return;
    const { port } = this;
    this.#socket.close();
    this.#socket = this.#open(port, true);
    this.#allowsGroups = true;
  }

  #open(port: number, reuseAddress: boolean): Socket {
    return openSocket({
      family: this.#family,
      address: this.#options.address ?? (this.#family === 6 ? "::" : "0.0.0.0"),
      port,
      reuseAddress,
      onMessage: (bytes, remote) => this.#receive(bytes, remote, false),
      onError: this.#onSocketError,
    });
  }

  #receive(bytes: Buffer, remote: RemoteInfo, multicast: boolean): void {
    if (!this.#isOpen) return;
    if (this.#queue.length >= MAX_QUEUED_DATAGRAMS) {
      this.#queue.shift();
      this.dropped += 1;
    }
    // dgram allocates each datagram by itself; a view into something larger must not be given away.
    const isWhole = bytes.byteLength === bytes.buffer.byteLength;
    const buffer = (isWhole ? bytes.buffer : new Uint8Array(bytes).buffer) as ArrayBuffer;
    const datagram = buffer as Arriving;
    datagram.address = plainAddress(remote.address);
    datagram.port = remote.port;
    datagram.multicast = multicast;
    this.#queue.push(datagram);
    this.#arrived = datagram;
    this.#options.onReadable?.(1);
    this.#arrived = undefined;
  }

  readonly #onSocketError = (error: Error): void => {
    this.#options.onError?.(error, "", 0);
  };

  readonly #onSent = (error: SendError | null): void => {
    if (error === null || !this.#isOpen) return;
    this.#options.onError?.(error, plainAddress(error.address ?? ""), error.port ?? 0);
  };
}
