import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { skip } from "../../../skip.js";
import { assertUsageErrors, runCli } from "../run-cli.js";
import { withFolder } from "../temporary-folder.js";

const VERSION = (
  JSON.parse(readFileSync(new URL("../../../../../../package.json", import.meta.url), "utf8")) as {
    version: string;
  }
).version;

describe("coapsule new", () => {
  it("makes a folder that has the device's name and pins this version", async () => {
    await withFolder(async (folder) => {
      const place = join(folder, "ein Gerät");
      const { code, stdout, stderr } = await runCli(["new", "door-2", "--directory", place]);
      assert.deepEqual([code, stderr], [0, ""]);
      assert.match(stdout, /^ {2}npx coapsule device \.\/device\.ts --watch$/mu);
      const manifest = JSON.parse(readFileSync(join(place, "package.json"), "utf8")) as Record<
        string,
        unknown
      >;
      assert.equal(manifest["name"], "door-2");
      assert.deepEqual(manifest["devDependencies"], { coapsule: VERSION });
      assert.match(readFileSync(join(place, "README.md"), "utf8"), /^# door-2$/mu);
      const expected = ["README.md", "device.ts", "node_modules", "package.json", "simulated-sensor.ts"];
      expected.push(".github", ".gitignore", "temperature.test.ts", "temperature.ts", "tsconfig.json");
      assert.deepEqual(readdirSync(place).sort(), expected.sort());
      assert.ok(existsSync(join(place, "node_modules/.bin/coapsule")));
    });
  });

  it("makes a device whose tests pass, type errors of which are told with file and line", async () => {
    await withFolder(async (folder) => {
      const place = join(folder, "my-device");
      await runCli(["new", "my-device", "--directory", place]);
      const passing = await runCli(["test", place, "--engine", "node"]);
      assert.deepEqual([passing.code, passing.stderr], [0, ""]);
      assert.match(passing.stdout, /^node: [1-9]\d* passed, 0 failed, 0 skipped$/mu);
      const source = join(place, "temperature.ts");
      writeFileSync(source, readFileSync(source, "utf8").replace("toFixed(1)", "toFixd(1)"));
      for (const args of [
        ["test", place, "--engine", "node"],
        ["device", join(place, "device.ts"), "--port", "0"],
      ]) {
        const { code, stdout, stderr } = await runCli(args);
        assert.deepEqual([code, stdout], [1, ""]);
        assert.match(
          stderr,
          /temperature\.ts:\d+:\d+: TS2551: Property 'toFixd' does not exist on type 'number'/u,
        );
        assert.doesNotMatch(stderr, /^\s+at /mu);
      }
    });
  });

  it("leaves what exists alone: a folder, a file, a link to nothing", async () => {
    await withFolder(async (folder) => {
      writeFileSync(join(folder, "file"), "mine");
      symlinkSync(join(folder, "nowhere"), join(folder, "link"));
      for (const place of [folder, join(folder, "file"), join(folder, "link")]) {
        const { code, stderr } = await runCli(["new", "my-device", "--directory", place]);
        assert.equal(code, 1);
        assert.match(stderr, /exists already/u);
      }
      assert.deepEqual(readdirSync(folder).sort(), ["file", "link"]);
      assert.equal(readFileSync(join(folder, "file"), "utf8"), "mine");
    });
  });

  it("says why where no folder can be made", async function () {
    if (process.platform !== "linux") skip(this, "there is no /proc");
    for (const place of ["/proc/my-device", "/dev/null/my-device"]) {
      const { code, stderr } = await runCli(["new", "my-device", "--directory", place]);
      assert.equal(code, 1);
      assert.match(stderr, /^coapsule: .+\n$/u);
    }
  });

  it("refuses names that npm does not take", async () => {
    const bad = [
      "My-Device",
      ".hidden",
      "_under",
      "with space",
      "a/b",
      "node_modules",
      "ä",
      "x".repeat(215),
      "",
      "..",
    ];
    await assertUsageErrors(bad.map((name) => [["new", name], /expected a name as npm has them/u]));
  });
});
