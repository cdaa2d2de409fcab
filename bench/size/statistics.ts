/** The figures of the XS host: hosts/xs/engine/statistics.c. */

/** Bytes of a machine's memory. */
export interface Memory {
  readonly slotBytes: number;
  readonly chunkBytes: number;
  /** What it has beside them, at fixed sizes. */
  readonly tableBytes: number;
}

export interface Statistics {
  readonly arenaBytes: number;
  /** What the arena had to give: heaps as they grew, and the whole JavaScript stack. */
  readonly takenBytes: number;
  readonly peakSlotBytes: number;
  readonly peakChunkBytes: number;
  readonly peakStackBytes: number;
  /** Of the application, after a collection. */
  readonly live: Memory;
  /** Of the root machine: flash on a board. */
  readonly preloaded: Memory;
  /** 0 where it is not known. */
  readonly cStackPeakBytes: number;
}

export const STATISTICS = new RegExp(
  [
    String.raw`stats: arena (\d+) bytes, taken (\d+)`,
    String.raw`peak slots \d+ \((\d+) bytes\), chunks (\d+) bytes, stack \d+ of \d+ \((\d+) bytes\)`,
    String.raw`\d+ collections`,
    String.raw`live slots \d+ \((\d+) bytes\), chunks (\d+) bytes`,
    String.raw`preloaded slots \d+ \((\d+) bytes\), chunks (\d+) bytes, tables (\d+) bytes`,
    String.raw`keys \d+, aliases \d+, tables (\d+) bytes`,
    String.raw`C stack (\d+) bytes`,
  ].join("; "),
  "u",
);

/** @param line that fits {@link STATISTICS} */
export function parseStatistics(line: string): Statistics {
  const match = STATISTICS.exec(line);
  if (!match) throw new RangeError(`expected the host's statistics, got ${line}`);
  const [arena, taken, peakSlots, peakChunks, peakStack, slots, chunks, ...rest] = match.slice(1).map(Number);
  const [rootSlots, rootChunks, rootTables, tables, cStack] = rest;
  return {
    arenaBytes: arena!,
    takenBytes: taken!,
    peakSlotBytes: peakSlots!,
    peakChunkBytes: peakChunks!,
    peakStackBytes: peakStack!,
    live: { slotBytes: slots!, chunkBytes: chunks!, tableBytes: tables! },
    preloaded: { slotBytes: rootSlots!, chunkBytes: rootChunks!, tableBytes: rootTables! },
    cStackPeakBytes: cStack!,
  };
}
