// @ts-check
import { differences, missingImports, moduleNames, update } from "../../../tools/manifest.js";
import { join, resolve } from "node:path";
import { listFiles } from "../../../tools/sources.js";
import { repositoryRoot } from "../../../tools/repository.js";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import ts from "typescript";

describe("manifest.json for the Moddable SDK", () => {
  const names = moduleNames([
    "time/client.ts",
    "index.ts",
    "platform.ts",
    "tsconfig.json",
    "time/ambient.d.ts",
  ]);

  it("names the modules of src/ but the npm package's entry, declarations and settings", () => {
    assert.deepEqual(names, ["platform", "time/client"]);
  });

  it("puts each module below one prefix, into modules and preload", () => {
    const manifest = update({}, names);
    assert.deepEqual(manifest.modules, {
      "coapsule/platform": "./src/platform",
      "coapsule/time/client": "./src/time/client",
    });
    assert.deepEqual(manifest.preload, ["coapsule/platform", "coapsule/time/client"]);
  });

  it("leaves entries written by hand alone, and drops generated ones whose source is gone", () => {
    const manifest = {
      include: ["$(MODDABLE)/examples/manifest_base.json"],
      modules: { "coapsule/gone": "./src/gone", "*": "./main" },
      preload: ["main", "coapsule/gone"],
    };
    assert.deepEqual(update(manifest, ["platform"]), {
      include: ["$(MODDABLE)/examples/manifest_base.json"],
      modules: { "*": "./main", "coapsule/platform": "./src/platform" },
      preload: ["main", "coapsule/platform"],
    });
  });

  it("says what differs", () => {
    const expected = update({}, names);
    assert.deepEqual(differences(expected, expected), []);
    assert.deepEqual(differences(update({}, ["platform", "gone"]), expected), [
      "manifest.json: modules lacks coapsule/time/client",
      "manifest.json: modules has coapsule/gone in vain",
      "manifest.json: preload lacks coapsule/time/client",
      "manifest.json: preload has coapsule/gone in vain",
    ]);
    const swapped = { ...expected, preload: [...(expected.preload ?? [])].reverse() };
    assert.deepEqual(differences(swapped, expected), [
      "manifest.json: the order or a path of the generated entries differs",
    ]);
  });

  it("finds imports that the image has no module for", () => {
    const text =
      'import { a } from "../coap/endpoint.js";\nimport type { b } from "../index.js";\nexport * from "./c.js";';
    assert.deepEqual(missingImports("time/client", text, ["coap/endpoint", "time/c"]), [
      'src/time/client.ts imports "../index.js", which is no module of the image',
    ]);
  });

  it("compiles modules of src/ with the settings that mcconfig makes of it", () => {
    // tools/mcmanifest.js of the SDK: a base file of its own settings and the manifest's, and a file a module.
    const manifest = JSON.parse(readFileSync(join(repositoryRoot, "manifest.json"), "utf8"));
    const { tsconfig } = manifest.typescript;
    const files = moduleNames(listFiles(join(repositoryRoot, "src"), "bytes"));
    assert.notEqual(files.length, 0);
    const config = {
      extends: tsconfig.extends.replace("$(COAPSULE)", resolve(repositoryRoot, manifest.build.COAPSULE)),
      compilerOptions: {
        forceConsistentCasingInFileNames: true,
        module: "preserve",
        resolveJsonModule: true,
        lib: ["es2025"],
        sourceMap: true,
        target: "es2025",
        ...tsconfig.compilerOptions,
        rootDir: "/",
        outDir: "/nowhere",
      },
      files: files.map((name) => join(repositoryRoot, "src", `${name}.ts`)),
    };
    const parsed = ts.parseJsonConfigFileContent(config, ts.sys, repositoryRoot);
    const program = ts.createProgram(parsed.fileNames, parsed.options);
    const messages = [...parsed.errors, ...ts.getPreEmitDiagnostics(program)].map(({ messageText }) =>
      ts.flattenDiagnosticMessageText(messageText, "\n"),
    );
    assert.deepEqual(messages, []);
    assert.equal(parsed.options.target, ts.ScriptTarget.ES2022);
    assert.equal(parsed.options.strict, true, "strictness comes from tsconfig.json");
  }).timeout(20_000);
});
