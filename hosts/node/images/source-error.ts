/** What is wrong with a user's sources, each with file, line and column. */

import { relative } from "node:path";

/** One thing that is wrong. */
export interface SourceProblem {
  /** Absolute path; undefined where it is in no file. */
  readonly file?: string | undefined;
  /** From 1. */
  readonly line?: number | undefined;
  /** From 1. */
  readonly column?: number | undefined;
  /** Such as `TS2322: Type 'string' is not assignable to type 'number'.` */
  readonly text: string;
}

/** As compilers write it, the file relative to the current folder: `device.ts:3:7: TS2322: Type …`. */
function formatProblem({ file, line, column, text }: SourceProblem): string {
  if (file === undefined) return text;
  const place = [relative(process.cwd(), file), line, line === undefined ? undefined : column];
  return `${place.filter((part) => part !== undefined).join(":")}: ${text}`;
}

/** Sources that cannot be made into an image. Its message has a line a problem. */
export class SourceError extends Error {
  override name = "SourceError";
  readonly problems: readonly SourceProblem[];

  /** @param problems at least one */
  constructor(problems: readonly SourceProblem[], options?: ErrorOptions) {
    super(problems.map(formatProblem).join("\n"), options);
    this.problems = problems;
  }
}
