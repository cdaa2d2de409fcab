/** What came of one file of tests on an engine, by what the runner writes (simulators/testing/run.ts). */

import type { RunnerLine } from "../../simulators/testing/run.js";
import type { HostRun } from "./run-host.js";

export interface Failure {
  readonly title: string;
  /** Message and stack. */
  readonly error: string;
}

export interface FileResult {
  /** Its path. */
  readonly file: string;
  readonly passed: readonly string[];
  readonly failed: readonly Failure[];
  /** What the host says of memory. */
  readonly statistics: string | undefined;
}

function parseLines(text: string): RunnerLine[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as RunnerLine);
}

/** A run that ended before its last test: the one that was running failed, or the file itself did not load. */
function unfinished(lines: readonly RunnerLine[], ending: string): Failure | undefined {
  const last = lines.at(-1);
  if (last === undefined) return { title: "(the file)", error: ending };
  if ("start" in last) return { title: last.start, error: ending };
  return "done" in last ? undefined : { title: "(the end of the file)", error: ending };
}

/** @param file its path @param run of that file, to its end */
export function resultOf(file: string, run: HostRun): FileResult {
  const lines = parseLines(run.stdout);
  const passed = lines.flatMap((line) => ("passed" in line ? [line.passed] : []));
  const failed = lines.flatMap((line) =>
    "failed" in line ? [{ title: line.failed, error: line.error }] : [],
  );
  const messages = run.stderr
    .split("\n")
    .filter((line) => !line.startsWith("stats: "))
    .join("\n")
    .trim();
  const end = unfinished(lines, `the run ended with exit code ${run.code ?? run.signal}\n${messages}`.trim());
  if (end !== undefined) failed.push(end);
  else if (run.code !== 0)
    failed.push({ title: "(after the last test)", error: `exit code ${run.code}\n${messages}` });
  else if (passed.length + failed.length === 0)
    failed.push({ title: "(the file)", error: "it declares no test" });
  return { file, passed, failed, statistics: /^stats: (.*)$/m.exec(run.stderr)?.[1] };
}
