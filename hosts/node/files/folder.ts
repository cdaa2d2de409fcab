/** Folders whose names outlive a power cut. */

import { closeSync, existsSync, fsyncSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";

const OWNER_ONLY = 0o700;

/** What file systems say that cannot do so for folders, such as CIFS: their names are as durable as they get. */
const IMPOSSIBLE: readonly unknown[] = ["EINVAL", "EBADF", "ENOTSUP"];

/**
 * Makes names in a folder durable, as a new or renamed file is only found after a power cut with this. Where we may
 * write to it and not read it, they are as durable as they get.
 */
export function syncFolder(path: string): void {
  let folder: number;
  try {
    folder = openSync(path, "r");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EACCES") return;
    throw error;
  }
  try {
    fsyncSync(folder);
  } catch (error) {
    if (!IMPOSSIBLE.includes((error as NodeJS.ErrnoException).code)) throw error;
  } finally {
    closeSync(folder);
  }
}

/** Makes a folder and those above it, their owner's alone, durable down to the last. What is there stays as it is. */
export function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  try {
    mkdirSync(path, { mode: OWNER_ONLY });
  } catch (error) {
    // Another program was faster.
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  syncFolder(dirname(path));
}
