/**
 * Finds the log in a flash memory and reads it from its start to its end. A power cut leaves: a block that was not
 * completely erased or whose header is torn (it is free), copies without the mark that they are complete (the block
 * does not count), a commit without its last record (it does not count), a torn record at the end of the log (nothing is
 * added behind it). None of these is a fault.
 */

import { PURPOSE_COMPACTION } from "./block-header.js";
import { NO_BLOCK } from "./block-table.js";
import type { Catalogue } from "./catalogue.js";
import type { FlashLog } from "./log.js";
import { COMPACTED, COPY, DELETION, HEAD_BYTES } from "./record.js";

/** Reads what is stored. @returns the highest version seen @throws {StorageFormatError} */
export function mount(log: FlashLog, catalogue: Catalogue): number {
  const { chain, isWhole } = findChain(log);
  const replay = new Replay(log, catalogue, isWhole);
  for (const block of chain) replay.block(block);
  return replay.version;
}

interface Chain {
  /** The blocks that count, from the start of the log to its end. */
  readonly chain: readonly number[];
  /** Whether nothing is missing of a commit with whose rest the first one begins: what is, was copied. */
  readonly isWhole: boolean;
}

/** Finds the blocks that count. All others are free afterwards. */
function findChain(log: FlashLog): Chain {
  const { blocks, geometry } = log;
  for (let block = 0; block < geometry.blocks; block += 1) {
    const header = log.readHeader(block);
    if (header !== undefined) blocks.use(block, header.sequence, geometry.blockLength);
  }
  const newest = findNewest(log);
  if (newest === undefined) return { chain: [], isWhole: true };
  const { oldest, oldestIsBroken } = newest;
  const chain = [newest.block];
  for (let block = newest.block; ;) {
    const { previous, previousEnd } = log.readHeader(block)!;
    if (previous < oldest) break;
    block = blocks.sequences.indexOf(previous);
    if (block === NO_BLOCK) {
      log.report("missing", previous, 0);
      block = blockBelow(log, previous, oldest);
      if (block === NO_BLOCK) break;
      blocks.ends[block] = scan(log, block).end;
    } else blocks.ends[block] = Math.min(previousEnd, geometry.blockLength);
    chain.unshift(block);
  }
  for (let block = 0; block < geometry.blocks; block += 1) if (!chain.includes(block)) blocks.release(block);
  return { chain, isWhole: !oldestIsBroken && blocks.sequences[chain[0]!] === oldest };
}

/** What the end of the log says of its start. */
interface Start {
  /** Sequence of the first block that counts. */
  readonly oldest: number;
  /** Whether it begins with the rest of a commit that does not count. */
  readonly oldestIsBroken: boolean;
}

interface Newest extends Start {
  readonly block: number;
}

/** Makes the last block of the log the active one; undefined where there is no log. */
function findNewest(log: FlashLog): Newest | undefined {
  for (;;) {
    const block = log.blocks.newest;
    if (block === NO_BLOCK) return undefined;
    const header = log.readHeader(block)!;
    const { end, start = header, hasCopiesOnly } = scan(log, block);
    if (header.purpose !== PURPOSE_COMPACTION || !hasCopiesOnly) {
      log.active = block;
      log.blocks.ends[block] = end;
      log.isClosed = !log.isBlank(block, end);
      return { block, oldest: start.oldest, oldestIsBroken: start.oldestIsBroken };
    }
    log.blocks.release(block);
  }
}

interface Scan {
  /** Where the last record ends that was completely written. */
  readonly end: number;
  /** What the last mark says. */
  readonly start: Start | undefined;
  /** Whether what the copies are of was not given back yet. */
  readonly hasCopiesOnly: boolean;
}

/** What a scan remembers of a record, to see first what comes behind it. */
interface Seen {
  readonly offset: number;
  readonly kind: number;
  readonly version: number;
  readonly index: number;
}

/** Reads the heads of a block. Only the last record can be torn: one with others behind it was read back before them. */
function scan(log: FlashLog, block: number): Scan {
  const { geometry, record } = log;
  let seen: Seen | undefined;
  let start: Start | undefined;
  let hasCopiesOnly = true;
  const take = ({ kind, version, index }: Seen): void => {
    if (kind !== COPY) hasCopiesOnly = false;
    if (kind === COMPACTED) start = { oldest: version, oldestIsBroken: index !== 0 };
  };
  let offset = geometry.firstRecord;
  while (offset < geometry.blockLength) {
    if (!log.readHead(log.locationOf(block, offset))) {
      // Of a torn head nothing follows.
      if (log.isBlank(block, offset + HEAD_BYTES)) break;
      const next = log.findRecord(block, offset + geometry.writeAlign, geometry.blockLength);
      if (next === geometry.blockLength) {
        log.report("block", block, offset);
        break;
      }
      offset = next;
      continue;
    }
    if (seen !== undefined) take(seen);
    const { kind, version, index } = record;
    seen = { offset, kind, version, index };
    offset += geometry.align(record.size);
  }
  if (seen !== undefined) {
    if (log.read(log.locationOf(block, seen.offset)) === "whole") take(seen);
    else offset = seen.offset;
  }
  return { end: offset, start, hasCopiesOnly };
}

/** The block with the highest sequence from `oldest` up to but not including `sequence`. */
function blockBelow(log: FlashLog, sequence: number, oldest: number): number {
  let found = NO_BLOCK;
  let highest = oldest;
  log.blocks.sequences.forEach((candidate, block) => {
    if (candidate >= highest && candidate < sequence) {
      found = block;
      highest = candidate;
    }
  });
  return found;
}

/** Version of a commit of which some records are missing: it never ends. */
const NO_COMMIT = -2;
/** Version of the commit at the start of the log, whose first records may have stood in blocks that were given back. */
const ANY_COMMIT = -1;

class Replay {
  version = 0;
  readonly #log: FlashLog;
  readonly #catalogue: Catalogue;
  /** Locations of the records of the commit that has not ended yet. */
  #staged: number[] = [];
  #stagedVersion: number;
  /** Index of the next record of that commit. */
  #next = 0;
  /** Whether what comes next in this block belongs to a commit that began before it. */
  #isAtStart = true;

  /** @param isWhole whether the first block may begin with the rest of a commit */
  constructor(log: FlashLog, catalogue: Catalogue, isWhole: boolean) {
    this.#log = log;
    this.#catalogue = catalogue;
    this.#stagedVersion = isWhole ? ANY_COMMIT : NO_COMMIT;
  }

  block(block: number): void {
    const { geometry, blocks } = this.#log;
    this.#isAtStart = true;
    const end = blocks.ends[block]!;
    let offset = geometry.firstRecord;
    while (offset < end) {
      const location = this.#log.locationOf(block, offset);
      const state = this.#log.read(location);
      if (state !== "whole") this.#stagedVersion = NO_COMMIT;
      if (state === "unreadable") {
        this.#log.report("block", block, offset);
        offset = this.#log.findRecord(block, offset + geometry.writeAlign, end);
        continue;
      }
      if (state === "damaged") this.#log.report("record", block, offset);
      const { size, index, commits } = this.#log.record;
      offset += geometry.align(size);
      if (state === "whole") this.#take(block, location);
      if (index === 0 || commits) this.#isAtStart = false;
    }
  }

  #take(block: number, location: number): void {
    const record = this.#log.record;
    if (record.kind === COMPACTED) return;
    this.version = Math.max(this.version, record.version);
    if (record.kind === COPY) {
      this.#catalogue.put(record.name, record.chunk, location, record.size);
      return;
    }
    if (!this.#stage(location)) {
      if (this.#isAtStart) this.#log.blocks.setBroken(block);
      return;
    }
    if (!record.commits) return;
    for (const staged of this.#staged) this.#apply(staged);
    this.#staged = [];
  }

  /** Adds a record to its commit. @returns whether all from its first on are there */
  #stage(location: number): boolean {
    const { version, index } = this.#log.record;
    if (index === 0 || this.#stagedVersion === ANY_COMMIT) this.#staged = [];
    else if (version !== this.#stagedVersion || index !== this.#next) {
      this.#stagedVersion = NO_COMMIT;
      return false;
    }
    this.#stagedVersion = version;
    this.#next = index + 1;
    this.#staged.push(location);
    return true;
  }

  #apply(location: number): void {
    const log = this.#log;
    const record = log.record;
    log.readPrefix(location, record);
    const name = record.name;
    const { kind, chunk, size } = record;
    if (kind === DELETION || chunk === 0) this.#catalogue.remove(name);
    if (kind !== DELETION) this.#catalogue.put(name, chunk, location, size);
  }
}
