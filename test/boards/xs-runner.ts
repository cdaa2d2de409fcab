/**
 * Runs portable tests on the XS host. Test modules are preloaded (`--preload`), which registers their tests; this
 * main module then runs them one after the other within the application's arena, and writes one JSON object a line
 * for xs-driver.ts: what starts, how it ended, and a count at the end.
 */

import type { Main } from "../../hosts/xs/platform.js";
import { registry } from "../../simulators/testing/registry.js";
import { offerSetImmediate } from "../../simulators/testing/set-immediate.js";

/** What the runner writes; a start without an end is a test that ended the run. */
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

const main: Main = async (platform) => {
  offerSetImmediate(platform.timers);
  const write = (line: RunnerLine): void => {
    platform.console.log(JSON.stringify(line));
  };
  let passed = 0;
  let failed = 0;
  for (const test of registry.tests) {
    write({ start: test.title });
    const startMs = platform.clock.monotonicMs();
    try {
      await test.body();
      passed += 1;
      write({ passed: test.title, ms: Math.round(platform.clock.monotonicMs() - startMs) });
    } catch (error) {
      failed += 1;
      write({ failed: test.title, error: describeError(error) });
    }
  }
  write({ done: { passed, failed } });
};

export default main;
