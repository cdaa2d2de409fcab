/**
 * Takes the built-ins that an image does without out of the engine's object files.
 *
 *   node build/js/hosts/node/images/link/strip/main.js --sources DIR --objects DIR --prefix TOOLS --output DIR USES...
 *
 * USES are files that `coapsule-xsc --uses` wrote: what any of them names stays.
 */

import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { readBuiltIns } from "./engine.js";
import { readObjects } from "./objects.js";
import { parseUses, strip } from "./strip.js";
import { writeStubs } from "./stubs.js";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    sources: { type: "string" },
    objects: { type: "string" },
    prefix: { type: "string", default: "" },
    output: { type: "string" },
  },
});
const { sources, objects: folder, prefix, output } = values;
if (sources === undefined || folder === undefined || output === undefined || positionals.length === 0) {
  console.error("usage: main.js --sources DIR --objects DIR [--prefix TOOLS] --output DIR USES...");
  process.exit(2);
}
const builtIns = readBuiltIns(sources);
const objects = readObjects(folder, prefix);
const uses = parseUses(positionals.map((path) => readFileSync(path, "latin1")).join("\n"));
const stripped = strip(uses, builtIns, objects);
writeStubs(stripped, objects, { folder, output, prefix });
console.log(`${stripped.functions.length} functions stripped; the engine has ${builtIns.size} built-ins`);
