/** Runs one file of portable tests on the XS host and reads what the runner (xs-runner.ts) writes. */

import type { RunTarget } from "./target.js";
import type { RunnerLine } from "../../../simulators/testing/run.js";

export interface Failure {
  readonly title: string;
  /** Message and stack. */
  readonly error: string;
}

export interface FileResult {
  /** Path below the modules folder. */
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

/** Runs `file` on an engine. @param options of the host @param onOutput is called while its tests run */
export async function runFile(
  runTarget: RunTarget,
  options: readonly string[],
  file: string,
  onOutput?: () => void,
): Promise<FileResult> {
  const run = await runTarget([...options, "--preload", file, "test/boards/xs-runner.js"], onOutput);
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
