/**
 * Links the modules of a release image: one module with its source map, and one a start that exports what it needs.
 *
 *   node build/js/hosts/node/images/link/main.js [--modules DIR] --output DIR MODULE...
 */

import { parseArgs } from "node:util";
import { linkImage } from "./image.js";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { modules: { type: "string", default: "build/js" }, output: { type: "string" } },
});
if (values.output === undefined || positionals.length === 0) {
  console.error("usage: main.js [--modules DIR] --output DIR MODULE...");
  process.exit(2);
}
await linkImage({ modules: values.modules, starts: positionals, output: values.output });
