/**
 * Runs portable tests on Node.js as a release image has its modules: all of them linked to one with what they import.
 *
 *   node build/js/test/linked-node.js [part of a file name]...
 */

import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { linkImage } from "../hosts/node/images/link/image.js";

const MODULES = "build/js";
/** Gives tests the crypto port. */
const CRYPTO = "test/node/hosts/node/portable-crypto.js";
const TIMEOUT_MS = "180000";
const parts = process.argv.slice(2);
const files = readdirSync(join(MODULES, "test/portable"), { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".test.js"))
  .filter((name) => parts.length === 0 || parts.some((part) => name.includes(part)))
  .map((name) => join("test/portable", name))
  .sort();
// Below the repository, whose package.json says that its modules are ECMAScript's.
const folder = mkdtempSync("build/linked-");
try {
  await linkImage({
    modules: MODULES,
    starts: [],
    loaded: [CRYPTO, ...files],
    isExternal: (specifier) => !specifier.startsWith(".") && !specifier.startsWith("/"),
    output: folder,
  });
  const { status } = spawnSync(
    "node_modules/.bin/mocha",
    ["--no-config", "--timeout", TIMEOUT_MS, "--reporter", "dot", join(folder, "image.js")],
    { stdio: "inherit" },
  );
  process.exitCode = status ?? 1;
} finally {
  rmSync(folder, { recursive: true });
}
