// @ts-check
/** A folder for the time of one test. */

import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { tmpdir } from "node:os";

/** @param {(folder: string) => void} body called with a new folder, which is removed when it returns or throws */
export function withTemporaryFolder(body) {
  const folder = mkdtempSync(join(tmpdir(), "coapsule-"));
  try {
    body(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
