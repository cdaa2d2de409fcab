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
  /**
   * Whether something was found damaged that had been stored, and nobody knows what: any value may be missing, or an
   * older one stand in its place. Hosts that always know what is damaged leave it out.
   */
  readonly isDamaged?: boolean;
}

export interface KeyValue {
  /** Opens a domain. @param options.path its name, with the limits of a key */
  open(options: { readonly path: string }): KeyValueStorage;
}

export interface Console {
  /** Writes one line, whole and at once. */
  log(line: string): void;
}

/**
 * AES-CCM with a key of 16 bytes (RFC 9053 §4.2): bits of the length field, of the tag, of the key. Nonces have
 * 13, 13 and 7 bytes.
 */
export type AEADAlgorithm = "AES-CCM-16-64-128" | "AES-CCM-16-128-128" | "AES-CCM-64-64-128";
/** FIPS 180-4. */
export type HashAlgorithm = "SHA-256" | "SHA-384" | "SHA-512";
/** ECDSA with P-256 and SHA-256, signature r ‖ s (RFC 9053 §2.1); Ed25519 (RFC 8032 §5.1). Both sign in 64 bytes. */
export type SignatureAlgorithm = "ES256" | "Ed25519";
/** Diffie-Hellman: ECDH with P-256, its secret being the x-coordinate (SEC 1 §3.3.1); X25519 (RFC 7748 §5). */
export type AgreementAlgorithm = "P-256" | "X25519";
/**
 * What a key belongs to. Private keys have 32 bytes: for P-256 the scalar, most significant byte first. Public keys of
 * P-256 are points of SEC 1 §2.3.3, 65 bytes or, compressed, 33; of the others 32 bytes.
 */
export type Curve = "P-256" | "X25519" | "Ed25519";

/** One key, made ready for authenticated encryption. */
export interface AEAD {
  readonly nonceBytes: number;
  readonly tagBytes: number;
  /** The encrypted `plaintext` with its tag behind it. The same nonce must never seal two messages. */
  seal(nonce: Uint8Array, aad: Uint8Array, plaintext: Uint8Array): Uint8Array;
  /** The plaintext, or undefined where anything of it is not what was sealed. */
  open(nonce: Uint8Array, aad: Uint8Array, sealed: Uint8Array): Uint8Array | undefined;
}

/**
 * Cryptography at the host's native speed, synchronous. What a peer sent may be anything: that it does not hold is a
 * result. What an application gives must fit: `CryptoArgumentError` says what does not, and
 * `UnsupportedAlgorithmError` which algorithm this host was built without.
 */
export interface Crypto {
  supports(algorithm: AEADAlgorithm | HashAlgorithm | SignatureAlgorithm | AgreementAlgorithm): boolean;
  /** @param key 16 bytes; copied */
  aead(algorithm: AEADAlgorithm, key: Uint8Array): AEAD;
  /** One block of AES-128 (FIPS 197). @param key 16 bytes @param block 16 bytes */
  encryptBlock(key: Uint8Array, block: Uint8Array): Uint8Array;
  hash(algorithm: HashAlgorithm, data: Uint8Array): Uint8Array;
  /** RFC 2104. @param key of any length */
  hmac(algorithm: HashAlgorithm, key: Uint8Array, data: Uint8Array): Uint8Array;
  /** The public key of a private one; that of P-256 uncompressed. */
  publicKey(curve: Curve, privateKey: Uint8Array): Uint8Array;
  sign(algorithm: SignatureAlgorithm, privateKey: Uint8Array, message: Uint8Array): Uint8Array;
  /** Whether the holder of the private key signed exactly this. */
  verify(
    algorithm: SignatureAlgorithm,
    publicKey: Uint8Array,
    message: Uint8Array,
    signature: Uint8Array,
  ): boolean;
  /** The shared secret of 32 bytes, or undefined where the peer's key is not one to agree with. */
  agree(algorithm: AgreementAlgorithm, privateKey: Uint8Array, publicKey: Uint8Array): Uint8Array | undefined;
  /** Whether both are the same, in a time that only their lengths decide. */
  equal(a: Uint8Array, b: Uint8Array): boolean;
}

/** Memory of a host that has little. */
export interface Memory {
  /** Bytes that nobody has needed since the start: what was left at the tightest moment. */
  leastFreeBytes(): number;
}

/** Everything that a device needs of the outside. */
export interface Platform {
  readonly udp: UDPConstructor;
  readonly timers: Timers;
  readonly clock: Clock;
  readonly random: Random;
  readonly keyValue: KeyValue;
  readonly console: Console;
  /** Where memory is what runs out. */
  readonly memory?: Memory;
}

/** What a flash memory, or a partition of one, is like; the shape of ECMA-419's `status()`. */
export interface FlashStatus {
  /** Bytes in all: `blocks` times `blockLength`. */
  readonly size: number;
  readonly blocks: number;
  /** Bytes that are erased together. */
  readonly blockLength: number;
  /** Offsets and lengths of writes are multiples of this many bytes, a power of two. */
  readonly writeAlign: number;
  /** What an erased byte reads as. */
  readonly eraseValue: number;
}

/** A partition of raw flash, with the shape of ECMA-419's flash class. What is written or erased is stable on return. */
export interface Flash {
  /** Erases blocks from `start` up to but not including `end`, or one. @throws {Error} when the memory refuses */
  eraseBlock(start: number, end?: number): void;
  /** Fills `buffer` from `byteOffset`. @returns the number of bytes read */
  read(buffer: Uint8Array, byteOffset: number): number;
  /** Programs erased bytes; aligned as {@link FlashStatus.writeAlign} says. @throws {Error} when the memory refuses */
  write(buffer: Uint8Array, byteOffset: number): void;
  status(): FlashStatus;
  close(): void;
}

/** The partitions of a flash memory by name, with the shape of ECMA-419's flash module. */
export interface FlashPartitions extends Iterable<string> {
  /** @throws {RangeError} for a name that no partition has */
  open(options: { readonly path: string }): Flash;
}

/** A platform with cryptography: what features that protect messages ask for. Without one, no image carries any. */
export interface CryptoPlatform extends Platform {
  readonly crypto: Crypto;
}

/** Writes a firmware image into a partition, with the shape of ECMA-419's update class. */
export interface Updater {
  /** Adds bytes, or puts them at `byteOffset` where the image is written in any order. */
  write(bytes: Uint8Array, byteOffset?: number): void;
  /** The image is complete: what is open is written, and the image checked. */
  complete(): void;
  /** Ends it; an image that is not complete is given up. A second call does nothing. */
  close(): void;
}

export interface UpdaterOptions {
  readonly partition: Flash;
  /** `"a"`: from start to end (the default). `"w"`: in any order. */
  readonly mode?: "a" | "w";
  /** Length of the image in bytes; `"w"` needs it. */
  readonly byteLength?: number;
}

export interface Update {
  open(options: UpdaterOptions): Updater;
}
