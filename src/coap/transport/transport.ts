/** What the message layer needs of a network. One interface for every datagram transport. */

export interface TransportReceiver {
  /** A datagram arrived; `bytes` belong to the receiver. */
  receive(bytes: Uint8Array, address: string, port: number, multicast: boolean): void;
  /** The network reported that a datagram to this address was not delivered. */
  undeliverable(address: string, port: number, reason: Error): void;
  /** Something that the transport calls, such as a listener, has thrown: counted, and no reason to stop. */
  fault(error: unknown): void;
}

export interface Transport {
  /** Local port. */
  readonly port: number;
  /** Sends a copy of `bytes`. @throws {Error} when the network refuses it */
  send(bytes: Uint8Array, address: string, port: number): void;
  joinGroup(group: string): void;
  leaveGroup(group: string): void;
  close(): void;
}

/** Makes a transport that delivers to `receiver`. */
export type TransportFactory = (receiver: TransportReceiver) => Transport;
