/** Runs a user's tests on engines, and says how they went as the project's own do: a line an engine. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { EngineError, type EngineName } from "../../hosts/node/engines/provide-engine.js";
import { TestBuilder, type BuiltTest } from "../../hosts/node/images/test-build.js";
import { engineProgram } from "../engine-progress.js";
import { FailureError } from "../exit-code.js";
import { runOnNode, runOnRiscv, runOnXs, type RunTest } from "./engines.js";
import { inParallel } from "./in-parallel.js";
import { resultOf, type FileResult } from "./result.js";

/** An engine of `coapsule test`. */
export type TestEngine = "node" | "xs" | "riscv";

/** @param signal ends it early @throws {FailureError} where a test failed @throws {SourceError} */
export async function runAll(
  paths: readonly string[],
  engines: readonly TestEngine[],
  signal: AbortSignal,
): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), "coapsule-test-"));
  try {
    const builder = new TestBuilder(paths);
    const folder = join(root, "tests");
    const tests = await builder.build(folder);
    const lines: string[] = [];
    let failures = 0;
    for (const engine of engines) {
      const again = (): Promise<RunTest | undefined> => runWithLines(builder, join(root, "lines"), signal);
      const run = await runnerOf(engine, folder, signal);
      const results = await inParallel(tests, async (test) => {
        const result = resultOf(nameOf(test), await run(test));
        return engine === "xs" && result.failed.length > 0 ? withPlaces(result, test, await again()) : result;
      });
      signal.throwIfAborted();
      for (const result of results) printFailures(engine, result);
      const passed = results.reduce((sum, result) => sum + result.passed.length, 0);
      const failed = results.reduce((sum, result) => sum + result.failed.length, 0);
      lines.push(`${engine}: ${passed} passed, ${failed} failed, 0 skipped`);
      failures += failed;
    }
    for (const line of lines) process.stdout.write(`${line}\n`);
    if (failures > 0) throw new FailureError(`${failures} ${failures === 1 ? "test" : "tests"} failed`);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

function nameOf({ source }: BuiltTest): string {
  return relative(process.cwd(), source);
}

async function runnerOf(engine: TestEngine, folder: string, signal: AbortSignal): Promise<RunTest> {
  if (engine === "node") return runOnNode;
  const program = await engineProgram(engine, signal);
  return engine === "xs" ? runOnXs(program, folder) : runOnRiscv(program, folder);
}

const DEBUG: EngineName = "xs-debug";

/** The engine whose stacks have lines; undefined where it is not there. */
async function runWithLines(
  builder: TestBuilder,
  folder: string,
  signal: AbortSignal,
): Promise<RunTest | undefined> {
  try {
    const program = await engineProgram(DEBUG, signal);
    await builder.build(folder, true);
    return runOnXs(program, folder);
  } catch (error) {
    // Without it the failure is told without its lines.
    if (error instanceof EngineError) return undefined;
    throw error;
  }
}

/** The same failures with file and line. What fails on the release engine only is still a failure, without. */
async function withPlaces(
  result: FileResult,
  test: BuiltTest,
  run: RunTest | undefined,
): Promise<FileResult> {
  if (run === undefined) return result;
  const { failed } = resultOf(result.file, await run(test));
  return {
    ...result,
    failed: result.failed.map((each) => failed.find(({ title }) => title === each.title) ?? each),
  };
}

function printFailures(engine: TestEngine, { file, failed }: FileResult): void {
  for (const { title, error } of failed)
    process.stdout.write(
      `\n  ${file} on ${engine}\n  ✗ ${title}\n    ${shortPlaces(error).replaceAll("\n", "\n    ")}\n\n`,
    );
}

/** Frames of the user's own sources, by their path from here. */
function shortPlaces(stack: string): string {
  return stack
    .split("\n")
    .filter((line) => !/^\s+at .*(?:\/build\/js\/|node:internal)/u.test(line))
    .join("\n")
    .replaceAll("file://", "")
    .replaceAll(`${process.cwd()}/`, "");
}
