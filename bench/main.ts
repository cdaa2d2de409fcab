/**
 * `make bench` after the build: measures us and the peers in the same run. Prints a table a part; all values are in
 * build/bench.json, the tables in build/bench.md.
 *
 *   node build/js/bench/main.js [--rounds N] [--soak] [PART]...
 *
 * `--soak` adds what takes minutes: ten million requests, and transfers over a network that loses.
 */

import { mkdirSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg } from "node:os";
import { parseArgs } from "node:util";
import { runPart, type Part, type PartResult } from "./part.js";
import { client } from "./parts/client.js";
import { codec } from "./parts/codec.js";
import { device, deviceMemory } from "./parts/device.js";
import { edhoc } from "./parts/edhoc.js";
import { instructions } from "./parts/instructions.js";
import { memory } from "./parts/memory.js";
import { protectedGets } from "./parts/protected.js";
import { lossyQBlockTransfers, qBlockTransfers } from "./parts/q-block.js";
import { serverMany, serverOne } from "./parts/server.js";
import { clientTransfers, lossyTransfers, serverTransfers } from "./parts/transfer.js";
import { formatPart } from "./tables.js";

const PARTS: readonly Part[] = [
  codec,
  serverOne,
  serverMany,
  client,
  protectedGets,
  serverTransfers,
  clientTransfers,
  qBlockTransfers,
  device,
  deviceMemory,
  instructions,
  edhoc,
];
const SOAK_PARTS: readonly Part[] = [memory, lossyTransfers, lossyQBlockTransfers];
const DEFAULT_ROUNDS = 5;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: "string", default: String(DEFAULT_ROUNDS) },
    soak: { type: "boolean", default: false },
  },
});
const all = [...PARTS, ...SOAK_PARTS];
for (const name of positionals)
  if (!all.some((part) => part.name === name))
    throw new RangeError(`expected a part of ${all.map((part) => part.name).join(", ")}, got ${name}`);
const wanted = positionals.length > 0 ? all.filter(({ name }) => positionals.includes(name)) : PARTS;
const chosen = values.soak && positionals.length === 0 ? all : wanted;

const machine = {
  processor: cpus()[0]?.model ?? "unknown",
  processors: availableParallelism(),
  node: process.version,
  loadBefore: loadavg()[0]!,
};
const results: PartResult[] = [];
mkdirSync("build", { recursive: true });
for (const part of chosen) {
  try {
    const result = await runPart(part, Number(values.rounds));
    results.push(result);
    console.log(formatPart(result));
  } catch (error) {
    // A wrong answer spoils its part; the others count.
    console.error(`${part.name}: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
  // Written after each part: what was measured stays when a later one fails.
  writeFileSync("build/bench.json", `${JSON.stringify({ machine, parts: results }, null, 1)}\n`);
  writeFileSync("build/bench.md", results.map(formatPart).join("\n"));
}
