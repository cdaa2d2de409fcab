// @ts-check
import { differences, missingImports, moduleNames, update } from "../../../tools/manifest.js";
import { dirname, join, resolve } from "node:path";
import { existsSync, readFileSync } from "node:fs";
import { listFiles } from "../../../tools/sources.js";
import { repositoryRoot } from "../../../tools/repository.js";
import assert from "node:assert/strict";
import { imageNames } from "../../../tools/images.js";
import ts from "typescript";

describe("manifest.json for the Moddable SDK", () => {
  const names = moduleNames([
    "src/time/client.ts",
    "src/index.ts",
    "src/platform.ts",
    "src/tsconfig.json",
    "src/time/ambient.d.ts",
  ]);

  it("names the modules of src/ but the npm package's entry, declarations and settings", () => {
    assert.deepEqual(names, ["src/platform", "src/time/client"]);
  });

  it("puts each module below one prefix, into modules and preload", () => {
    const manifest = update({}, names);
    assert.deepEqual(manifest.modules, {
      "coapsule/src/platform": "./src/platform",
      "coapsule/src/time/client": "./src/time/client",
    });
    assert.deepEqual(manifest.preload, ["coapsule/src/platform", "coapsule/src/time/client"]);
  });

  it("leaves entries written by hand alone, and drops generated ones whose source is gone", () => {
    const manifest = {
      include: ["$(MODDABLE)/examples/manifest_base.json"],
      modules: { "coapsule/gone": "./src/gone", "*": "./main" },
      preload: ["main", "coapsule/gone"],
    };
    assert.deepEqual(update(manifest, ["src/platform"]), {
      include: ["$(MODDABLE)/examples/manifest_base.json"],
      modules: { "*": "./main", "coapsule/src/platform": "./src/platform" },
      preload: ["main", "coapsule/src/platform"],
    });
  });

  it("reaches the modules from where it lies", () => {
    const { modules } = update({}, ["firmware/minimal", "src/platform"], "../../..");
    assert.deepEqual(modules, {
      "coapsule/firmware/minimal": "../../../firmware/minimal",
      "coapsule/src/platform": "../../../src/platform",
    });
  });

  it("says what differs", () => {
    const expected = update({}, names);
    assert.deepEqual(differences(expected, expected), []);
    assert.deepEqual(differences(update({}, ["src/platform", "src/gone"]), expected), [
      "manifest.json: modules lacks coapsule/src/time/client",
      "manifest.json: modules has coapsule/src/gone in vain",
      "manifest.json: preload lacks coapsule/src/time/client",
      "manifest.json: preload has coapsule/src/gone in vain",
    ]);
    const swapped = { ...expected, preload: [...(expected.preload ?? [])].reverse() };
    assert.deepEqual(differences(swapped, expected), [
      "manifest.json: the order or a path of the generated entries differs",
    ]);
  });

  it("finds imports that the image has no module for", () => {
    const text =
      'import { a } from "../coap/endpoint.js";\nimport type { b } from "../index.js";\nexport * from "./c.js";';
    assert.deepEqual(missingImports("src/time/client", text, ["src/coap/endpoint", "src/time/c"]), [
      'src/time/client.ts imports "../index.js", which is no module of the image',
    ]);
  });

  it("is made of each image, too, with the modules that it reaches and no others", () => {
    for (const name of imageNames(repositoryRoot)) {
      const file = join(repositoryRoot, "build/firmware", name, "manifest.json");
      const { modules, preload, build } = JSON.parse(readFileSync(file, "utf8"));
      assert.equal(resolve(dirname(file), build.COAPSULE), repositoryRoot);
      assert.deepEqual(Object.keys(modules), preload);
      for (const path of Object.values(modules))
        assert.ok(existsSync(resolve(dirname(file), `${path}.ts`)), path);
      assert.ok(Object.hasOwn(modules, `coapsule/firmware/${name}`));
      const hasEdhoc = Object.hasOwn(modules, "coapsule/src/security/edhoc/responder");
      assert.equal(hasEdhoc, name !== "minimal");
    }
  });

  it("compiles modules of src/ with the settings that mcconfig makes of it", () => {
    // tools/mcmanifest.js of the SDK: a base file of its own settings and the manifest's, and a file a module.
    const manifest = JSON.parse(readFileSync(join(repositoryRoot, "manifest.json"), "utf8"));
    const { tsconfig } = manifest.typescript;
    const files = moduleNames(listFiles(repositoryRoot, "src/bytes"));
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
      files: files.map((name) => join(repositoryRoot, `${name}.ts`)),
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
