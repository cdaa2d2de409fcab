/** What the stream classes of ECMA-419 share: TCP, TLS, serial lines. */

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
