/** Connections, and who accepts them. */

import type { ByteStream, ByteStreamOptions } from "./byte-stream.js";

/** A TCP (or TLS) connection with the shape of ECMA-419's TCP class. */
export interface TCP extends ByteStream {
  /** Numeric address of the peer. */
  readonly remoteAddress: string;
  readonly remotePort: number;
}

export interface TCPConstructor {
  /** Connects to a numeric address, or takes over what a {@link Listener} gave. */
  new (
    options: ByteStreamOptions &
      ({ readonly address: string; readonly port: number } | { readonly from: TCP }),
  ): TCP;
}

/** Accepts connections; the shape of ECMA-419's Listener class. */
export interface Listener {
  /** The local port in use. */
  readonly port: number;
  /** Next connection, for the `from` of its class; undefined when none waits. */
  read(): TCP | undefined;
  /** Accepts no more; connections stay. */
  close(): void;
}

export interface ListenerConstructor {
  new (options: {
    /** Local port; 0 or absent lets the host choose. */
    readonly port?: number;
    /** Local numeric address; absent is every address. */
    readonly address?: string;
    /** Called when `count` further connections wait. */
    readonly onReadable?: (count: number) => void;
  }): Listener;
}
