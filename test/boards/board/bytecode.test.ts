import assert from "node:assert/strict";
import { spawnSync, type SpawnSyncReturns } from "node:child_process";
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { skip } from "../../skip.js";
import { runHost } from "../../../cli/testing/run-host.js";
import { compileModules, MODULES, pathOf } from "../runner/target.js";

const COMPILER = pathOf("compiler", "coapsule-xsc");
const ENGINE = pathOf("linux32-bytecode", "coapsule-xs");
const FIXTURES = "test/boards/fixtures";

function tryToCompile(folder: string, module: string): SpawnSyncReturns<string> {
  const output = join(folder, "out.xsb");
  return spawnSync(COMPILER, ["--modules", folder, "--output", output, module], { encoding: "utf8" });
}

describe("XS host: bytecode", () => {
  let folder = "";

  before(function () {
    for (const path of [COMPILER, ENGINE])
      if (!existsSync(path)) skip(this, "not built: make -C hosts/xs compiler linux32-bytecode");
    folder = mkdtempSync(join(tmpdir(), "coapsule-bytecode-"));
  });

  after(() => {
    if (folder !== "") rmSync(folder, { recursive: true });
  });

  it("runs where there is no parser, from an archive of the module and what it imports", async () => {
    const archive = join(folder, "print.xsb");
    compileModules(archive, [`${FIXTURES}/print.js`]);
    const run = await runHost(ENGINE, ["--modules", archive, `${FIXTURES}/print.js`, "2", "3"]);
    assert.deepEqual([run.stdout, run.stderr, run.code], ["xxx\nxxx\n", "", 0]);
  });

  it("leaves no way to compile text on the engine", async () => {
    const archive = join(folder, "no-parser.xsb");
    compileModules(archive, [`${FIXTURES}/no-parser.js`]);
    const run = await runHost(ENGINE, ["--modules", archive, `${FIXTURES}/no-parser.js`]);
    assert.equal(run.stdout, "SyntaxError: this engine has no parser\na\u{1f4a9}b true 1f4a9\n");
  });

  it("is the same each time", () => {
    const [first, second] = [join(folder, "first.xsb"), join(folder, "second.xsb")];
    for (const archive of [first, second]) compileModules(archive, ["firmware/standard/xs.js"]);
    assert.ok(readFileSync(first).equals(readFileSync(second)));
  });

  it("is refused when it is none, or for another version of the engine", async () => {
    const good = join(folder, "good.xsb");
    const bad = join(folder, "bad.xsb");
    compileModules(good, [`${FIXTURES}/print.js`]);
    const bytes = readFileSync(good);
    const spoilt = (offset: number): Buffer => {
      const copy = Buffer.from(bytes);
      copy[offset]! += 1;
      return copy;
    };
    for (const [content, reason] of [
      [Buffer.alloc(4), /^the modules are no archive of bytecode$/m],
      [spoilt(0), /^the modules are no archive of bytecode$/m],
      [bytes.subarray(0, bytes.length - 1), /^the modules are no archive of bytecode$/m],
      [spoilt(6), /^the bytecode of the modules is for version 13\.3\.1 of the engine, not for 13\.3\.0$/m],
    ] as const) {
      writeFileSync(bad, content);
      const run = await runHost(ENGINE, ["--modules", bad, `${FIXTURES}/print.js`]);
      assert.equal(run.code, 1);
      assert.match(run.stderr, reason);
    }
    const none = await runHost(ENGINE, ["--modules", join(folder, "none.xsb"), "x.js"]);
    assert.deepEqual([none.stderr, none.code], ["no bytecode of modules is there\n", 1]);
  });

  it("does not hold a module that nobody imports", async () => {
    const archive = join(folder, "other.xsb");
    compileModules(archive, [`${FIXTURES}/print.js`]);
    const run = await runHost(ENGINE, ["--modules", archive, `${FIXTURES}/idle.js`]);
    assert.equal(run.code, 1);
    assert.match(run.stderr, /module "test\/boards\/fixtures\/idle\.js" not found/);
  });

  it("is not made when an import is missing or the text is no module: the message says where", () => {
    const module = join(folder, "module.js");
    copyFileSync(join(MODULES, FIXTURES, "print.js"), module);
    assert.equal(tryToCompile(folder, "module.js").status, 0);
    writeFileSync(module, 'import "./absent.js";\n');
    const missing = tryToCompile(folder, "module.js");
    assert.deepEqual(
      [missing.status, missing.stderr],
      [1, 'coapsule-xsc: module.js imports "./absent.js": not found\n'],
    );
    writeFileSync(module, "let a = 1;\nlet a = 2;\n");
    const wrong = tryToCompile(folder, "module.js");
    assert.equal(wrong.status, 1);
    assert.match(
      wrong.stderr,
      /^module\.js:2: duplicate variable a\ncoapsule-xsc: module\.js: cannot be compiled\n$/,
    );
  });
});
