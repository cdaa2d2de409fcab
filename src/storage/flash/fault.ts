/** What a flash memory does that it should not. */

/** Something of a flash memory that is not as it was left. */
export interface FlashFault {
  /**
   * `erase`, `write`: the block refused it, or reads as something else; it is used no more.
   * `record`: one record is damaged. `block`: from the offset up to the next record nothing can be read.
   * `missing`: a whole block of the log is gone; `block` is then the sequence that it had.
   */
  readonly kind: "erase" | "write" | "record" | "block" | "missing";
  readonly block: number;
  /** Bytes from the start of the block. */
  readonly offset: number;
}

/** Whether something that was stored may be lost. */
export function isLoss({ kind }: FlashFault): boolean {
  return kind !== "erase" && kind !== "write";
}

/** A line for the console of a device. */
export function describeFault({ kind, block, offset }: FlashFault): string {
  return `storage: damaged (${kind}) in block ${block} at ${offset}`;
}
