/** Inputs that reach different code, kept in the repository: a text file a target, an input in hexadecimal a line. */

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fromHex, toHex } from "../src/bytes/hex.js";

/** The inputs of a corpus; none where the file does not exist. @throws {RangeError} on a line that is not hexadecimal */
export function readCorpus(path: string): Uint8Array[] {
  if (!existsSync(path)) return [];
  return readFileSync(path, "utf8")
    .split("\n")
    .slice(0, -1)
    .map((line) => fromHex(line));
}

/** Writes a corpus, shortest inputs first: changes of it are easy to read. */
export function writeCorpus(path: string, inputs: readonly Uint8Array[]): void {
  const lines = inputs.map((input) => toHex(input));
  lines.sort((a, b) => a.length - b.length || (a < b ? -1 : 1));
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, lines.map((line) => `${line}\n`).join(""));
}
