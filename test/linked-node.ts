/**
 * Runs portable tests on Node.js as a release image has its modules: each file linked to one module with what it imports.
 *
 *   node build/js/test/linked-node.js [part of a file name]...
 */

import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { linkImage } from "../hosts/node/images/link/image.js";

const MODULES = "build/js";
const parts = process.argv.slice(2);
const files = readdirSync(join(MODULES, "test/portable"), { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".test.js"))
  .filter((name) => parts.length === 0 || parts.some((part) => name.includes(part)))
  .map((name) => join("test/portable", name))
  .sort();
// Below the repository, whose package.json says that its modules are ECMAScript's.
const folder = mkdtempSync("build/linked-");
try {
  for (const file of files)
    await linkImage({ modules: MODULES, starts: [], loaded: [file], output: join(folder, file) });
  const linked = files.map((file) => join(folder, file, "image.js"));
  const { status } = spawnSync("node_modules/.bin/mocha", linked, { stdio: "inherit" });
  process.exitCode = status ?? 1;
} finally {
  rmSync(folder, { recursive: true });
}
