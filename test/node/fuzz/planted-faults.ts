/**
 * A target with faults, fuzzed.
 *
 *   node planted-faults.js guided | unguided | growing | endless
 */

import { toHex } from "../../../src/bytes/hex.js";
import { SeededRandom } from "../../../simulators/random.js";
import { Coverage } from "../../../fuzz/coverage.js";
import { Fuzzer } from "../../../fuzz/fuzzer.js";
import type { Target } from "../../../fuzz/target.js";
import { Watchdog } from "../../../fuzz/watchdog.js";

const [, , plan] = process.argv;
const kept: Uint8Array[] = [];

/** Four bytes in a row, each of which only shows in the code that runs: one of 2^32 inputs at random. */
function parse(input: Uint8Array): void {
  if (plan === "growing") kept.push(new Uint8Array(64));
  if (input[0] !== 0x70) return;
  if (input[1] !== 0x75) return;
  if (plan === "endless") for (;;) if (kept.length > 0) return;
  if (input[2] !== 0x6d) return;
  if (input[3] !== 0x70) return;
  throw new TypeError(`the fault at ${input.length}`);
}

const target: Target = { name: "planted", errors: [RangeError], parse };
const coverage = plan === "guided" ? new Coverage((url) => url === import.meta.url) : undefined;
const watchdog = new Watchdog(500);
/** Growth shows after the second measurement of memory; two bytes in a row take chance about as long. */
const executions = plan === "guided" || plan === "unguided" ? 100_000 : 300_000;
// Twice: a second target must be guided like the first.
for (const seed of plan === "guided" ? [1, 2] : [1]) {
  const fuzzer = new Fuzzer(target, [Uint8Array.of(0)], new SeededRandom(seed), coverage, watchdog);
  const { findings } = await fuzzer.run(executions, () => false);
  for (const { cause, input } of findings) console.log(`${cause} ${toHex(input)}`);
}
await watchdog.stop();
