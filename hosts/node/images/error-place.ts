/** Where an error was thrown, as its stack tells. */

import { fileURLToPath } from "node:url";
import { isOwnModule } from "./package-modules.js";
import type { SourceProblem } from "./source-error.js";

const FRAME = /^\s+at (?:.*\()?((?:file:\/\/)?\/.*):(\d+):(\d+)\)?$/u;

/** The first place in a source that a user wrote; nothing where the stack names none. */
export function placeInStack(error: unknown): Pick<SourceProblem, "file" | "line" | "column"> {
  const lines = error instanceof Error ? (error.stack ?? "").split("\n") : [];
  for (const line of lines) {
    const [, where = "", row, column] = FRAME.exec(line) ?? [];
    const file = where.startsWith("file:") ? fileURLToPath(where) : where;
    if (file !== "" && !isOwnModule(file) && /\.m?[jt]s$/u.test(file))
      return { file, line: Number(row), column: Number(column) };
  }
  return {};
}
