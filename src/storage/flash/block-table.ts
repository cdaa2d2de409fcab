/** What every block of the flash memory is used for: eleven bytes of memory each. */

/** Blocks are numbered up to this one; those of real memories are worn long before. */
export const MAX_SEQUENCE = 0xffff_ffff;

/** No block. */
export const NO_BLOCK = -1;

export class BlockTable {
  /** The sequence of each block in use; 0 is a free one. */
  readonly sequences: Uint32Array;
  /** Where the records of each block end. */
  readonly ends: Uint32Array;
  /** Blocks that failed since the start. */
  readonly #failed: Uint8Array;
  /** Free blocks that were erased since the start. */
  readonly #erased: Uint8Array;
  /** Blocks that begin with the rest of a commit that does not count. */
  readonly #broken: Uint8Array;
  #lastSequence = 0;

  constructor(blocks: number) {
    this.sequences = new Uint32Array(blocks);
    this.ends = new Uint32Array(blocks);
    this.#failed = new Uint8Array(blocks);
    this.#erased = new Uint8Array(blocks);
    this.#broken = new Uint8Array(blocks);
  }

  /** Blocks that hold nothing and have not failed. */
  get free(): number {
    let free = 0;
    this.sequences.forEach((sequence, block) => {
      if (sequence === 0 && this.#failed[block] === 0) free += 1;
    });
    return free;
  }

  /** Blocks in use that have failed: they do not become free when they are given back. */
  get failing(): number {
    return this.#failed.reduce(
      (failing, failed, block) => (this.sequences[block] === 0 ? failing : failing + failed),
      0,
    );
  }

  /** Blocks that have not failed. */
  get good(): number {
    return this.#failed.reduce((good, failed) => good - failed, this.#failed.length);
  }

  get used(): number {
    return this.sequences.reduce((used, sequence) => (sequence === 0 ? used : used + 1), 0);
  }

  /** The block at the start of the log, or {@link NO_BLOCK}. */
  get oldest(): number {
    let oldest = NO_BLOCK;
    this.sequences.forEach((sequence, block) => {
      if (sequence !== 0 && (oldest === NO_BLOCK || sequence < this.sequences[oldest]!)) oldest = block;
    });
    return oldest;
  }

  /** The block at the end of the log, or {@link NO_BLOCK}. */
  get newest(): number {
    let newest = NO_BLOCK;
    this.sequences.forEach((sequence, block) => {
      if (sequence !== 0 && (newest === NO_BLOCK || sequence > this.sequences[newest]!)) newest = block;
    });
    return newest;
  }

  /** Blocks in use, from the start of the log to its end. */
  inOrder(): number[] {
    const used: number[] = [];
    this.sequences.forEach((sequence, block) => {
      if (sequence !== 0) used.push(block);
    });
    return used.sort((a, b) => this.sequences[a]! - this.sequences[b]!);
  }

  /** The free block that comes next around the memory, so that all get their turn; or {@link NO_BLOCK}. */
  nextFree(after: number): number {
    const count = this.sequences.length;
    for (let step = 1; step <= count; step += 1) {
      const block = (after + step) % count;
      if (this.sequences[block] === 0 && this.#failed[block] === 0) return block;
    }
    return NO_BLOCK;
  }

  /** Whether no block can come behind the last one any more. */
  get isAtEnd(): boolean {
    return this.#lastSequence >= MAX_SEQUENCE;
  }

  /** The sequence for the next block, also when it then fails. */
  takeSequence(): number {
    this.#lastSequence += 1;
    return this.#lastSequence;
  }

  use(block: number, sequence: number, end: number): void {
    this.sequences[block] = sequence;
    this.ends[block] = end;
    this.#erased[block] = 0;
    this.#broken[block] = 0;
    this.#lastSequence = Math.max(this.#lastSequence, sequence);
  }

  isErased(block: number): boolean {
    return this.#erased[block] === 1;
  }

  setErased(block: number): void {
    this.#erased[block] = 1;
  }

  /** Whether a block begins with the rest of a commit that does not count: parts of it were damaged before that. */
  isBroken(block: number): boolean {
    return this.#broken[block] === 1;
  }

  setBroken(block: number): void {
    this.#broken[block] = 1;
  }

  /** What is in the block counts no more. */
  release(block: number): void {
    this.sequences[block] = 0;
  }

  /** The block failed: it is not used again before the next start. What it holds still counts. */
  retire(block: number): void {
    this.#failed[block] = 1;
  }
}
