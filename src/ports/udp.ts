/** A datagram socket. ECMA-419 §12 (UDP). */

/** A datagram as it arrived. The buffer belongs to the receiver. */
export type Datagram = ArrayBuffer & {
  /** Numeric source address; an IPv6 link-local one with its zone (`fe80::1%eth0`). */
  readonly address: string;
  /** Source port, 1 to 65535. */
  readonly port: number;
  /** True when it was sent to a multicast group; hosts that cannot tell leave it out. */
  readonly multicast?: boolean;
};

export interface UDPOptions {
  /** Local port; 0 or absent lets the host choose. */
  readonly port?: number;
  /** Local numeric address; absent is every address, IPv6 and IPv4. */
  readonly address?: string;
  /** Called when `count` further datagrams can be read. */
  readonly onReadable?: (count: number) => void;
  /** Called when the network reports that a datagram could not be delivered (such as ICMP port unreachable). */
  readonly onError?: (error: Error, address: string, port: number) => void;
}

/** A datagram socket with the shape of ECMA-419's UDP class. */
export interface UDP {
  /** The local port in use. */
  readonly port: number;
  /** Next datagram, or undefined when none waits. */
  read(): Datagram | undefined;
  /** Sends a copy of `datagram`. @throws {Error} when the network refuses it; the datagram is then lost. */
  write(datagram: Uint8Array, address: string, port: number): void;
  /** Joins a multicast group on every interface, or on that of its zone (`ff02::fd%eth0`). */
  add(group: string): void;
  /** Leaves a multicast group. */
  remove(group: string): void;
  /** Ends the socket; a second call does nothing. */
  close(): void;
}

export interface UDPConstructor {
  new (options: UDPOptions): UDP;
}
