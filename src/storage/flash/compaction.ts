/**
 * Gives back the block at the start of the log: copies what is in use to the end, then leaves a mark there, twice.
 * Deletions are not copied, since what they deleted stood before them and is gone by now. Until a mark is complete, the
 * block counts; it is erased when it is taken into use again. One spare block is enough, as one block's records fit into one.
 */

import { PURPOSE_COMPACTION } from "./block-header.js";
import { NO_BLOCK } from "./block-table.js";
import type { Catalogue } from "./catalogue.js";
import type { FlashLog } from "./log.js";
import { COMPACTED, COPY, VALUE } from "./record.js";
import { StorageWornError } from "../limits.js";

const NO_NAME = new Uint8Array(1);

/** @throws {StorageWornError} when no block is left to copy to; everything can still be read then */
export function compact(log: FlashLog, catalogue: Catalogue): void {
  const { blocks } = log;
  const victim = blocks.oldest;
  if (victim === log.active) log.isClosed = true;
  if (!copyLive(log, catalogue, victim))
    catalogue.forget(log.locationOf(victim, 0), log.locationOf(victim + 1, 0));
  do {
    if (!log.hasRoomForMark) openSpare(log);
    const oldest = blocks.inOrder()[1]!;
    const index = blocks.isBroken(oldest) ? 1 : 0;
    log.record.set(COMPACTED, blocks.sequences[oldest]!, NO_NAME, { index, commits: false });
  } while (log.append() === NO_BLOCK);
  // Damage to one mark leaves the other.
  if (log.hasRoomForMark) log.append();
  blocks.release(victim);
}

/** Copies the chunks in use of a block. @returns whether all of the block could be read */
function copyLive(log: FlashLog, catalogue: Catalogue, victim: number): boolean {
  let isWhole = true;
  let offset = log.geometry.firstRecord;
  const end = log.blocks.ends[victim]!;
  while (offset < end) {
    const location = log.locationOf(victim, offset);
    const state = log.read(location);
    if (state !== "whole") {
      log.report(state === "damaged" ? "record" : "block", victim, offset);
      isWhole = false;
    } else if (isValue(log.record.kind) && catalogue.isLive(location)) {
      log.record.setCopy();
      catalogue.move(location, addSurely(log));
    }
    if (state === "unreadable") offset = log.findRecord(victim, offset + log.geometry.writeAlign, end);
    else offset += log.geometry.align(log.record.size);
  }
  return isWhole;
}

function isValue(kind: number): boolean {
  return kind === VALUE || kind === COPY;
}

/** Adds the record of the log to its end, on whatever block takes it. @returns its location */
function addSurely(log: FlashLog): number {
  for (;;) {
    if (log.roomForCopies < log.geometry.align(log.record.size)) openSpare(log);
    const location = log.append();
    if (location !== NO_BLOCK) return location;
  }
}

function openSpare(log: FlashLog): void {
  if (!log.open(PURPOSE_COMPACTION))
    throw new StorageWornError("expected a block to copy to, got none that can be written");
}
