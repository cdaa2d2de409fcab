/** What a fixture holds. */

import assert from "node:assert/strict";

import type { RunningProgram } from "./running-program.js";

/** Live memory after a collection, in bytes: slots and chunks. The fixture must have been silent on standard error. */
export async function liveBytes(fixture: RunningProgram): Promise<number> {
  fixture.report();
  const line = await fixture.errorLine();
  const match = /live slots \d+ \((\d+) bytes\), chunks (\d+) bytes/.exec(line);
  assert.ok(match, line);
  return Number(match[1]) + Number(match[2]);
}
