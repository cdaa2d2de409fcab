/**
 * What CoAP over reliable transports needs of one (RFC 8323 §3, §4): connections that deliver in order.
 *
 * A datagram transport is a {@link Transport} instead.
 */

/** How messages are told apart: by a length in front of each (RFC 8323 §3.2), or by the transport (§4.2). */
export type Framing = "length" | "message";

/** One connection. Nothing of it throws: what goes wrong is said by `closed`. */
export interface Channel {
  /** Numeric address of the peer. */
  readonly address: string;
  readonly port: number;
  /** Bytes written that the network has not taken yet. */
  readonly unsentBytes: number;
  /**
   * Sends a copy of `bytes` after what was written before; before the connection is open it waits. With the framing
   * `message` it is one message.
   */
  write(bytes: Uint8Array): void;
  /** Reads no more until {@link resume}: the network slows the peer down. */
  pause(): void;
  resume(): void;
  /** Sends what was written, then closes. The receiver hears nothing more. */
  close(): void;
  /** Closes at once and drops what was not sent. The receiver hears nothing more. */
  abort(): void;
}

/** Who uses a {@link Channel}. */
export interface ChannelReceiver {
  /** The connection can be used. */
  opened(): void;
  /** Bytes came; they belong to the receiver. With the framing `message` they are one message. */
  received(bytes: Uint8Array): void;
  /** All that was written is with the network. */
  drained(): void;
  /** The connection has ended, with an error or (undefined) in order; nothing is called after it. */
  closed(error: Error | undefined): void;
}

/** Connects to peers, and takes their connections where it listens. */
export interface ChannelTransport {
  readonly framing: Framing;
  /** Local port where it listens; 0 where it does not. */
  readonly port: number;
  /** Begins to connect. @param address numeric */
  connect(address: string, port: number, receiver: ChannelReceiver): Channel;
  /** Listens no more. Connections stay. */
  close(): void;
}

/**
 * Makes a transport. @param accept asked about each connection that a peer has opened; undefined refuses it
 */
export type ChannelTransportFactory = (
  accept: (channel: Channel) => ChannelReceiver | undefined,
) => ChannelTransport;
