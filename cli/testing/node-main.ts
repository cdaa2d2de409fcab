/**
 * Runs one file of a user's tests on Node.js, in a process of its own: `node node-main.js MODULE`. Standard output is for
 * the lines of simulators/testing/run.ts alone.
 */

import { pathToFileURL } from "node:url";
import { nodeClock } from "../../hosts/node/clock.js";
import { nodeCrypto } from "../../hosts/node/crypto/node-crypto.js";
import type { Crypto } from "../../src/ports/crypto.js";
import type { Platform } from "../../src/ports/platform.js";

interface TestModule {
  readonly default: (platform: Pick<Platform, "clock" | "console">) => Promise<void>;
}

const [path = ""] = process.argv.slice(2);
process.setSourceMapsEnabled(true);
(globalThis as { coapsuleCrypto?: Crypto }).coapsuleCrypto = nodeCrypto;
const { default: run } = (await import(pathToFileURL(path).href)) as TestModule;
await run({ clock: nodeClock, console: { log: (line) => void process.stdout.write(`${line}\n`) } });
