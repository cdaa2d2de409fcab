/**
 * The ports: everything that the portable core knows of the outside. A host (`hosts/`) supplies one
 * {@link Platform}; a simulation supplies one a device, on virtual time. Where ECMA-419 has a class for a thing,
 * the port has that class's shape.
 */

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

/** A stream of bytes with what ECMA-419's TCP and Serial classes share. */
export interface ByteStream {
  /** The bytes that have come, `count` at most; undefined when there are none. */
  read(count?: number): ArrayBuffer | undefined;
  /**
   * Sends a copy of `bytes` after what was written before.
   * @throws {RangeError} for more bytes than `onWritable` last announced, less what was written since
   */
  write(bytes: Uint8Array): void;
  /** Ends the stream; what was written is still sent. A second call does nothing. */
  close(): void;
}

export interface ByteStreamOptions {
  /** Called when `count` bytes can be read. */
  readonly onReadable?: (count: number) => void;
  /** Called when `count` bytes can be written; the first call says that the stream is open. */
  readonly onWritable?: (count: number) => void;
  /** Called once when the stream has ended; without an error when the peer has closed it in order. */
  readonly onError?: (error?: Error) => void;
}

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

/** What `Timers.set` returns; only good for `Timers.clear`. */
export type TimerHandle = object;

export interface Timers {
  /** Calls `callback` once, not before `delayMs` milliseconds (0 to 2^31 - 1) have passed, never from within `set`. */
  set(callback: () => void, delayMs: number): TimerHandle;
  /** Cancels; a handle that has fired or was cleared is ignored. */
  clear(handle: TimerHandle): void;
}

export interface Clock {
  /** Milliseconds since an arbitrary start; never goes back, does not jump; fractions allowed. */
  monotonicMs(): number;
}

export interface Random {
  /** Fills `bytes` with unpredictable bytes (in a simulation: from its seed). */
  fill(bytes: Uint8Array): void;
}

/**
 * One domain of a key-value storage, with the shape of ECMA-419's key-value class in `"buffer"` format.
 * A write is on stable storage when it returns; a power cut leaves the old or the new value.
 */
export interface KeyValueStorage {
  /** The value, or undefined where there is none. */
  read(key: string): ArrayBuffer | undefined;
  /** @param key at most 15 characters of a-z, 0-9, `.`, `-` and `_` @param value at most 4000 bytes */
  write(key: string, value: Uint8Array): void;
  /** Removes a key; one that is absent is ignored. */
  delete(key: string): void;
  [Symbol.iterator](): Iterator<string>;
  close(): void;
}

export interface KeyValue {
  /** Opens a domain. @param options.path its name, with the limits of a key */
  open(options: { readonly path: string }): KeyValueStorage;
}

export interface Console {
  /** Writes one line, whole and at once. */
  log(line: string): void;
}

/** Everything that a device needs of the outside. */
export interface Platform {
  readonly udp: UDPConstructor;
  readonly timers: Timers;
  readonly clock: Clock;
  readonly random: Random;
  readonly keyValue: KeyValue;
  readonly console: Console;
}
