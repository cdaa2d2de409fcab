import assert from "node:assert/strict";
import { rmSync, symlinkSync } from "node:fs";
import { join, relative } from "node:path";

import { Compiler } from "../../../../../hosts/node/images/compile.js";
import { SourceError } from "../../../../../hosts/node/images/source-error.js";
import { withSources, writeSources } from "./source-folder.js";

/** The lines of the error that the sources end in, paths relative to their folder. */
async function problemsOf(files: Readonly<Record<string, string>>, entry = "device.ts"): Promise<string[]> {
  let lines: string[] = [];
  await withSources(files, (folder) => {
    assert.throws(
      () => new Compiler([join(folder, entry)]).compile(),
      (error) => {
        assert.ok(error instanceof SourceError);
        lines = error.message
          .split("\n")
          .map((line) => line.replace(relative(process.cwd(), join(folder, "/")), "").replace(/^\//u, ""));
        return true;
      },
    );
  });
  return lines;
}

describe("compiling a user's sources", () => {
  it("emits what the entry imports, types gone, with maps that name the sources", async () => {
    const files = {
      "device.ts": 'import { sensor } from "./lib/sensor.js";\nexport const value: number = sensor();\n',
      "lib/sensor.ts": "export function sensor(): number {\n  return 21;\n}\n",
    };
    await withSources(files, (folder) => {
      const { modules, resolve } = new Compiler([join(folder, "device.ts")]).compile();
      const [device, sensor] = [join(folder, "device.ts"), join(folder, "lib/sensor.ts")];
      assert.deepEqual([...modules.keys()].sort(), [device, sensor]);
      assert.match(modules.get(device)!.code, /^export const value = sensor\(\);$/mu);
      assert.deepEqual((JSON.parse(modules.get(sensor)!.map) as { sources: string[] }).sources, [sensor]);
      assert.equal(resolve("./lib/sensor.js", device), sensor);
      assert.equal(resolve("coapsule", device), undefined);
    });
  });

  it("finds the declarations of this package where no node_modules are", async () => {
    const text =
      'import { Device, type Feature } from "coapsule";\nexport const a: readonly Feature[] = [];\nDevice;\n';
    await withSources({ "device.ts": text }, (folder) => {
      assert.equal(new Compiler([join(folder, "device.ts")]).compile().modules.size, 1);
    });
  });

  it("names file, line, column and number of each type error, those of all files at once", async () => {
    const problems = await problemsOf({
      "device.ts": 'import { b } from "./b.js";\nexport const a: number = "text";\nb;\n',
      "b.ts": "export const b = missing;\n",
    });
    assert.deepEqual(problems.sort(), [
      "b.ts:1:18: TS2304: Cannot find name 'missing'.",
      "device.ts:2:14: TS2322: Type 'string' is not assignable to type 'number'.",
    ]);
  });

  it("checks against the features of this package", async () => {
    const problems = await problemsOf({
      "device.ts": 'import { time } from "coapsule";\nexport const f = time({ server: 5 });\n',
    });
    assert.deepEqual(problems, ["device.ts:2:25: TS2322: Type 'number' is not assignable to type 'string'."]);
  });

  it("is strict", async () => {
    assert.deepEqual(await problemsOf({ "device.ts": "export function f(x) {\n  return x;\n}\n" }), [
      "device.ts:1:19: TS7006: Parameter 'x' implicitly has an 'any' type.",
    ]);
  });

  it("refuses syntax errors, in JavaScript as well", async () => {
    for (const entry of ["device.ts", "device.js"])
      assert.match(
        (await problemsOf({ [entry]: "export const = 1;\n" }, entry))[0]!,
        /^device\.[jt]s:1:14: TS1134: /u,
      );
  });

  it("refuses modules and globals of Node.js, in types and values", async () => {
    const problems = await problemsOf({
      "device.ts": 'import fs from "node:fs";\nimport "path";\nBuffer.from(fs);\nsetTimeout(() => {}, 1);\n',
    });
    assert.match(problems[0]!, /^device\.ts:1:16: "node:fs" is a module of Node\.js/u);
    assert.match(problems[1]!, /^device\.ts:2:8: "path" is a module of Node\.js/u);
    assert.match(problems[2]!, /^device\.ts:3:1: TS2591: Cannot find name 'Buffer'/u);
    assert.match(problems[3]!, /^device\.ts:4:1: TS2304: Cannot find name 'setTimeout'/u);
    assert.equal(problems.length, 4);
    assert.match(
      (await problemsOf({ "device.js": 'import "node:fs";\n' }, "device.js"))[0]!,
      /^device\.js:1:8: "node:fs" is a module of Node\.js/u,
    );
  });

  it("refuses parts of this package that run on Node.js alone", async () => {
    assert.match(
      (await problemsOf({ "device.ts": 'import "coapsule/node";\n' }))[0]!,
      /^device\.ts:1:8: "coapsule\/node" does not run on a device: expected coapsule, /u,
    );
  });

  it("refuses what is no source", async () => {
    const files = { "device.json": "{}", "folder.ts/a": "" };
    assert.match(
      (await problemsOf(files, "device.json"))[0]!,
      /^device\.json: expected a file that ends with \.ts/u,
    );
    assert.deepEqual(await problemsOf(files, "absent.ts"), ["absent.ts: there is no such file"]);
    assert.deepEqual(await problemsOf(files, "folder.ts"), ["folder.ts: there is no such file"]);
  });

  it("takes JavaScript, and a symbolic link to a source", async () => {
    const files = {
      "real/device.js": 'import { value } from "./value.js";\nvalue();\n',
      "real/value.js": "export function value() {}\n",
    };
    await withSources(files, (folder) => {
      symlinkSync(join(folder, "real/device.js"), join(folder, "link.js"));
      const { modules } = new Compiler([join(folder, "link.js")]).compile();
      assert.deepEqual([...modules.keys()].sort(), [
        join(folder, "real/device.js"),
        join(folder, "real/value.js"),
      ]);
    });
  });

  it("compiles again what has changed, after an error, and when a file is gone", async () => {
    const good = 'import { b } from "./b.js";\nexport const a: number = b;\n';
    await withSources({ "device.ts": good, "b.ts": "export const b = 1;\n" }, (folder) => {
      const compiler = new Compiler([join(folder, "device.ts")]);
      const b = join(folder, "b.ts");
      assert.match(compiler.compile().modules.get(b)!.code, /^export const b = 1;/u);
      writeSources(folder, { "b.ts": 'export const b = "one";\n' });
      assert.throws(() => compiler.compile(), SourceError);
      writeSources(folder, { "b.ts": "export const b = 2;\n" });
      assert.match(compiler.compile().modules.get(b)!.code, /^export const b = 2;/u);
      rmSync(b);
      assert.throws(() => compiler.compile(), /TS2307: Cannot find module '\.\/b\.js'/u);
      rmSync(join(folder, "device.ts"));
      assert.throws(() => compiler.compile(), /device\.ts: there is no such file/u);
      writeSources(folder, { "device.ts": good, "b.ts": "export const b = 3;\n" });
      assert.match(compiler.compile().modules.get(b)!.code, /^export const b = 3;/u);
    });
  });

  it("knows which files to watch: those of the user alone", async () => {
    const files = {
      "device.ts": 'import { time } from "coapsule";\nimport "./b.js";\ntime();\n',
      "b.ts": "export {};\n",
    };
    await withSources(files, (folder) => {
      const compiler = new Compiler([join(folder, "device.ts")]);
      compiler.compile();
      assert.deepEqual([...compiler.watched].sort(), [join(folder, "b.ts"), join(folder, "device.ts")]);
    });
  });
});
