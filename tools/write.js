// @ts-check
/** Writes what tools generate. */

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Writes a file that has another text. One that is up to date keeps its time: so is what was built from it.
 *
 * @param {string} path
 * @param {string} text
 * @returns {boolean} whether it was written
 */
export function writeChanged(path, text) {
  if (existsSync(path) && readFileSync(path, "utf8") === text) return false;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return true;
}
