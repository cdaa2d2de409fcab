/** Raw flash memory and its partitions. */

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
