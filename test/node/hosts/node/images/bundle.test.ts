import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { bundle, writeBundle, type Bundle } from "../../../../../hosts/node/images/bundle.js";
import { Compiler } from "../../../../../hosts/node/images/compile.js";
import { SourceError } from "../../../../../hosts/node/images/source-error.js";
import { withSources } from "./source-folder.js";

async function bundleOf(folder: string, keepsModules = false): Promise<Bundle> {
  const path = join(folder, "device.ts");
  return bundle({ entries: { main: { path } }, compilation: new Compiler([path]).compile(), keepsModules });
}

async function refusal(files: Readonly<Record<string, string>>): Promise<string> {
  let message = "";
  await withSources(files, async (folder) => {
    await assert.rejects(bundleOf(folder), (error) => {
      assert.ok(error instanceof SourceError, String(error));
      message = error.message;
      return true;
    });
  });
  return message;
}

describe("bundling a user's sources", () => {
  it("leaves out what nothing uses: an image with time alone carries neither OSCORE nor EDHOC", async () => {
    const text =
      'import { Device, time } from "coapsule";\nexport { Device };\nexport const features = () => [time()];\n';
    await withSources({ "device.ts": text }, async (folder) => {
      const { modules } = await bundleOf(folder);
      const sources = modules.flatMap((each) => each.sources);
      assert.ok(sources.some((path) => path.endsWith("/src/applications/time/feature.js")));
      assert.deepEqual(
        sources.filter((path) => /\/src\/(?:security|cose|applications\/(?!time\/))/u.test(path)),
        [],
      );
    });
  });

  it("keeps names of functions and classes, and comes as one module that runs", async () => {
    const files = {
      "device.ts":
        'import { sensor } from "./sensor.js";\nclass Door {}\nexport const names = [sensor.name, Door.name, sensor()];\n',
      "sensor.ts": "export function sensor() {\n  return 21;\n}\n",
    };
    await withSources(files, async (folder) => {
      const made = await bundleOf(folder);
      assert.deepEqual(
        made.modules.map(({ path }) => path),
        ["main.js"],
      );
      writeBundle(made, join(folder, "out"));
      const program = `import { names } from ${JSON.stringify(join(folder, "out/main.js"))}; console.log(names.join())`;
      const output = execFileSync(process.execPath, ["--input-type=module", "-e", program], {
        encoding: "utf8",
      });
      assert.equal(output, "sensor,Door,21\n");
    });
  });

  it("writes source maps through which stacks name the user's lines", async () => {
    const files = {
      "device.ts": 'import { fail } from "./fail.js";\nfail();\n',
      "fail.ts": 'type T = 1;\n\nexport function fail(): T {\n  throw new Error("x");\n}\n',
    };
    await withSources(files, async (folder) => {
      const made = await bundleOf(folder);
      writeBundle(made, join(folder, "out"));
      assert.throws(
        () =>
          execFileSync(process.execPath, ["--enable-source-maps", join(folder, "out/main.js")], {
            stdio: "pipe",
          }),
        (error: { stderr: Buffer }) => {
          assert.match(error.stderr.toString(), /at fail \(.*\/fail\.ts:4:9\)/u);
          return true;
        },
      );
    });
  });

  it("keeps a module for each source where it is told to, each with a map of its own", async () => {
    const files = {
      "device.ts": 'import { a } from "./lib/a.js";\nexport const b = a;\n',
      "lib/a.ts": "export const a = 1;\n",
    };
    await withSources(files, async (folder) => {
      const made = await bundleOf(folder, true);
      assert.equal(made.modules.length, 2);
      for (const { map } of made.modules)
        assert.equal((JSON.parse(map!) as { sources: string[] }).sources.length, 1);
    });
  });

  it("takes packages that are ES modules, by their exports", async () => {
    const files = {
      "device.ts": 'import { twice } from "small";\nexport const four = twice(2);\n',
      "node_modules/small/package.json":
        '{"name":"small","version":"1.0.0","type":"module","exports":{"import":"./es/index.js"}}',
      "node_modules/small/es/index.js":
        'import { two } from "./two.js";\nexport const twice = (x) => x * two;\n',
      "node_modules/small/es/two.js": "export const two = 2;\n",
    };
    await withSources(files, async (folder) => {
      const made = await bundleOf(folder);
      writeBundle(made, join(folder, "out"));
      assert.match(readFileSync(join(folder, "out/main.js"), "utf8"), /const two = 2;/u);
    });
  });

  it("refuses packages that are missing, import Node.js, or are no ES modules, with file and line", async () => {
    const manifest = '{"name":"small","version":"1.0.0","main":"index.js"}';
    const entry = '// A package.\nimport { twice } from "small";\nexport const four = twice(2);\n';
    const types = { "node_modules/small/index.d.ts": "export function twice(x: number): number;\n" };
    assert.match(
      await refusal({ "needs.js": entry, "device.ts": 'import "./needs.js";\n' }),
      /needs\.js:2:23: "small" cannot be found$/u,
    );
    assert.match(
      await refusal({
        "device.ts": entry,
        "node_modules/small/package.json": manifest,
        "node_modules/small/index.js": '\nimport "node:fs";\nexport const twice = (x) => x;\n',
        ...types,
      }),
      /node_modules\/small\/index\.js:2:8: "node:fs" is a module of Node\.js/u,
    );
    assert.match(
      await refusal({
        "device.ts": entry,
        "node_modules/small/package.json": manifest,
        "node_modules/small/index.js": "exports.twice = (x) => x;\n",
        ...types,
      }),
      /device\.ts:2:10: "twice" is not exported by .*index\.js/u,
    );
  });

  it("refuses imports that would be followed later only", async () => {
    assert.match(
      await refusal({
        "device.ts": 'export const later = () => import("./b.js");\n',
        "b.ts": "export {};\n",
      }),
      /device\.ts:1:\d+: a device loads all modules when it starts: expected a static import$/u,
    );
  });
});
