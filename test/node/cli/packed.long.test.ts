/** The npm package as a newcomer has it: installed in an empty folder, outside the repository. */

import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, symlinkSync } from "node:fs";
import { createInterface } from "node:readline";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { findEngine } from "../../../hosts/node/engines/provide-engine.js";
import { LONG_TEST_MS } from "../../hang.js";
import { skip } from "../../skip.js";
import { withFolder } from "./temporary-folder.js";

const ROOT = fileURLToPath(new URL("../../../../../", import.meta.url));
const run = promisify(execFile);

describe("the npm package", function () {
  this.timeout(LONG_TEST_MS);

  it("makes, tests and runs a device where nothing else is", async function () {
    if (findEngine("xs") === undefined) skip(this, "the XS engine is not built: make xs");
    await withFolder(async (folder) => {
      const packed = await run(
        "npm",
        ["pack", "--ignore-scripts", "--silent", "--pack-destination", folder],
        { cwd: ROOT },
      );
      const archive = packed.stdout.trim();
      const version = /^coapsule-(.*)\.tgz$/u.exec(archive)![1]!;
      const install = [
        "install",
        "--prefer-offline",
        "--no-audit",
        "--no-fund",
        "--loglevel=error",
        `./${archive}`,
      ];
      await run("npm", install, { cwd: folder });
      // The engine of the checkout stands for one that was built there.
      const cache = join(folder, "cache");
      mkdirSync(join(cache, "coapsule", version), { recursive: true });
      symlinkSync(join(ROOT, "build/xs"), join(cache, "coapsule", version, "xs"));
      const env = { ...process.env, XDG_CACHE_HOME: cache };
      await run("npx", ["coapsule", "new", "my-device"], { cwd: folder, env });

      const cwd = join(folder, "my-device");
      const tested = await run("npx", ["coapsule", "test", "--engine", "node"], { cwd, env });
      assert.match(tested.stdout, /^node: [1-9]\d* passed, 0 failed, 0 skipped$/mu);
      const onXs = await run("npm", ["test", "--silent", "--", "--engine", "xs"], { cwd, env });
      assert.match(onXs.stdout, /^xs: [1-9]\d* passed, 0 failed, 0 skipped$/mu);

      for (const engine of ["node", "xs"]) {
        const args = ["coapsule", "device", "./device.ts", "--engine", engine, "--port", "0"];
        const device = spawn("npx", args, { cwd, env, stdio: ["ignore", "pipe", "inherit"], detached: true });
        const ended = once(device, "exit");
        let port: string | undefined;
        for await (const line of createInterface({ input: device.stdout })) {
          port = /^device: serving coap on port (\d+)$/u.exec(line)?.[1];
          if (port !== undefined) break;
        }
        const uri = `coap://localhost:${port}/temperature`;
        const { stdout } = await run("npx", ["coapsule", "get", uri], { cwd, env });
        assert.match(stdout, /^2\d\.\d$/mu, engine);
        // As Ctrl-C does: to all of its group.
        process.kill(-device.pid!, "SIGINT");
        await ended;
      }
    });
  });
});
