/** The board of a group of tests: made ready before them, in a folder that is removed after them. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { skip } from "../../skip.js";
import type { FlashBoard, StartBoard } from "./boards.js";

/** All of it is there while a test runs, not before. */
export interface PreparedBoard {
  /** The group's own. */
  folder: string;
  /** Path of the board's flash memory. */
  flash: string;
  start: StartBoard;
}

/** Within a `describe`, whose tests are skipped where the board is not built. @param modules those that will run */
export function prepareBoard(board: FlashBoard, modules: readonly string[]): PreparedBoard {
  const prepared = {} as PreparedBoard;
  before(function () {
    const missing = board.missing();
    if (missing !== undefined) skip(this, missing);
    prepared.folder = mkdtempSync(join(tmpdir(), "coapsule-"));
    prepared.flash = join(prepared.folder, "flash");
    prepared.start = board.prepare(modules, prepared.folder);
  });
  after(() => {
    if ("folder" in prepared) rmSync(prepared.folder, { recursive: true });
  });
  return prepared;
}
