/**
 * Runs collected tests one after the other, and writes one JSON object a line for the program that started the engine:
 * what starts, how it ended, and a count at the end.
 */

import type { Platform } from "../../src/ports/platform.js";
import type { Test } from "./registry.js";

/** What is written; a start without an end is a test that ended the run. */
export type RunnerLine =
  | { readonly start: string }
  | { readonly passed: string; readonly ms: number }
  | { readonly failed: string; readonly error: string }
  | { readonly done: { readonly passed: number; readonly failed: number } };

function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const text = error.stack ?? `${error.name}: ${error.message}`;
  return error.cause === undefined ? text : `${text}\ncaused by ${describeError(error.cause)}`;
}

/** @returns how many failed */
export async function runTests(
  tests: readonly Test[],
  { clock, console }: Pick<Platform, "clock" | "console">,
): Promise<number> {
  const write = (line: RunnerLine): void => {
    console.log(JSON.stringify(line));
  };
  let passed = 0;
  let failed = 0;
  for (const test of tests) {
    // From the bottom of the stack, which has 512 slots on a device: the frames of the caller would be missing to the test.
    await Promise.resolve();
    write({ start: test.title });
    const startMs = clock.monotonicMs();
    try {
      await test.body();
      passed += 1;
      write({ passed: test.title, ms: Math.round(clock.monotonicMs() - startMs) });
    } catch (error) {
      failed += 1;
      write({ failed: test.title, error: describeError(error) });
    }
  }
  write({ done: { passed, failed } });
  return failed;
}
