/** What a fixture holds. */

import type { RunningProgram } from "./running-program.js";

/** Live memory after a collection, in bytes: slots and chunks. */
export async function liveBytes(fixture: RunningProgram): Promise<number> {
  fixture.report();
  for (;;) {
    // Boards tell of more than memory.
    const match = /live slots \d+ \((\d+) bytes\), chunks (\d+) bytes/.exec(await fixture.errorLine());
    if (match) return Number(match[1]) + Number(match[2]);
  }
}
