// @ts-check
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { tmpdir } from "node:os";
import { phasesOf } from "../../../tools/prepare/phases.js";
import { repositoryRoot } from "../../../tools/repository.js";

const run = promisify(execFile);

/** Two phases that are made when their files are there, in a program of its own, in `folder`. */
function writeProgram(
  /** @type {string} */ folder,
  /** @type {{ first: string, second: string }} */ scripts,
) {
  const modules = new URL("../../../tools/prepare/", import.meta.url).href;
  const program = `
    import { existsSync } from "node:fs";
    import { Display } from "${modules}display.js";
    import { prepare } from "${modules}prepare.js";
    const phase = (name, script, megabytes) => ({
      name, log: name, command: ["sh", "-c", "cd " + ${JSON.stringify(folder)} + " && " + script],
      seconds: 12, megabytes, isMade: () => existsSync(${JSON.stringify(`${folder}/`)} + name),
    });
    const counted = { of: "files", line: /^CC /u, plan: ["sh", "-c", "echo PLAN; echo PLAN; echo end"], planned: /^PLAN$/u };
    process.exitCode = await prepare(
      [phase("first", ${JSON.stringify(scripts.first)}, 15), { ...phase("second", ${JSON.stringify(scripts.second)}, 0), counted }],
      { output: new Display(process.stdout), errors: new Display(process.stderr), logs: ${JSON.stringify(join(folder, "log"))} },
    );`;
  const path = join(folder, "program.mjs");
  writeFileSync(path, program);
  return path;
}

const MAKE_FIRST = "echo one; touch first";
const MAKE_SECOND = "echo CC a; echo CC b; echo LD; touch second";

/** @param {string} path @param {NodeJS.ProcessEnv} [env] @returns {Promise<{ code: number, stdout: string, stderr: string }>} */
async function runProgram(path, env = {}) {
  try {
    return { code: 0, ...(await run(process.execPath, [path], { env: { ...process.env, ...env } })) };
  } catch (error) {
    return /** @type {{ code: number, stdout: string, stderr: string }} */ (error);
  }
}

describe("what make run shows while it builds", () => {
  let folder = "";

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "coapsule-"));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  it("on a pipe: what will happen, a line a phase, and how long it took; no control characters", async () => {
    const path = writeProgram(folder, { first: MAKE_FIRST, second: MAKE_SECOND });
    const { code, stdout, stderr } = await runProgram(path);
    assert.deepEqual([code, stderr], [0, ""]);
    const lines = stdout.replaceAll(/\d+\.\d s/gu, "N s").split("\n");
    assert.deepEqual(lines, [
      "Building first: first, second. This takes about 30 s on two cores; up to 20 MB are downloaded.",
      "[1/2] first: N s",
      "[2/2] second: 2 of 2 files, N s",
      "Built in N s; next time it starts in about 3 s.",
      "",
    ]);
    assert.equal(readFileSync(join(folder, "log/second.log"), "utf8"), "CC a\nCC b\nLD\n");
  });

  it("says nothing the second time, and names only what is missing", async () => {
    const path = writeProgram(folder, { first: MAKE_FIRST, second: MAKE_SECOND });
    await runProgram(path);
    assert.deepEqual((await runProgram(path)).stdout, "");
    await run("rm", [join(folder, "second")]);
    const { stdout } = await runProgram(path);
    assert.match(stdout, /^Building first: second\. This takes about 20 s on two cores\.\n\[2\/2\] second/u);
  });

  it("on a terminal: a line that moves and counts, within the width, and is gone at the end", async () => {
    await run("mkfifo", [join(folder, "go")]);
    const second = "echo CC a; read go <go; echo CC b; touch second";
    const path = writeProgram(folder, { first: MAKE_FIRST, second });
    const command = `stty cols 30; TERM=xterm ${process.execPath} ${path}`;
    const terminal = spawn("script", ["-qefc", command, "/dev/null"], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let stdout = "";
    let hasGone = false;
    terminal.stdout.setEncoding("utf8").on("data", (/** @type {string} */ chunk) => {
      stdout += chunk;
      // It counts and moves; now it may go on.
      if (hasGone || (stdout.match(/\[2\/2\] second: 1 of 2/gu) ?? []).length < 3) return;
      hasGone = true;
      writeFileSync(join(folder, "go"), "\n");
    });
    await once(terminal, "close");
    const [, moving = ""] = /\[1\/2\] first: \d+\.\d s\r\n(.*?)\[2\/2\] second: 2 of 2/su.exec(stdout) ?? [];
    const drawn = moving.split("\r\u001B[K").filter((text) => text !== "");
    assert.ok(drawn.length >= 3, JSON.stringify(stdout));
    assert.ok(drawn.some((text) => /^[|/\\-] \[2\/2\] second: 1 of 2 files/u.test(text)));
    for (const text of drawn) assert.ok(text.length < 30, text);
    assert.ok(moving.endsWith("\r\u001B[K"));
  });

  it("on a terminal that can do nothing: lines only", async () => {
    const path = writeProgram(folder, { first: MAKE_FIRST, second: MAKE_SECOND });
    const command = `TERM=dumb ${process.execPath} ${path}`;
    const { stdout } = await run("script", ["-qefc", command, "/dev/null"]);
    assert.doesNotMatch(stdout.replaceAll("\r\n", "\n"), /[\r\u001B]/u);
    assert.match(stdout, /\[2\/2\] second: 2 of 2 files/u);
  });

  it("ends at the phase that fails, with the end of its log, and another code than 0", async () => {
    const first = "for i in $(seq 100); do echo line $i; done; echo broken >&2; exit 4";
    const path = writeProgram(folder, { first, second: MAKE_SECOND });
    const { code, stdout, stderr } = await runProgram(path);
    assert.equal(code, 1);
    assert.match(stdout, /^Building first: .*\n$/u);
    const [head = "", ...shown] = stderr.trimEnd().split("\n");
    assert.match(
      head,
      /^\[1\/2\] first: \d+\.\d s: failed with exit code 4\. The end of .*log\/first\.log:$/u,
    );
    assert.equal(shown.length, 25);
    assert.deepEqual(shown.slice(-2), ["  line 100", "  broken"]);
    assert.ok(!existsSync(join(folder, "second")));
  });

  for (const [signal, expected] of /** @type {const} */ ([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ]))
    it(`${signal}: what runs is told, and ends before it does`, async () => {
      await run("mkfifo", [join(folder, "started")]);
      const first = `trap 'echo cleaned >cleaned; exit 1' INT TERM; tail -f /dev/null & echo started >started; wait`;
      const path = writeProgram(folder, { first, second: MAKE_SECOND });
      const child = spawn(process.execPath, [path], { stdio: ["ignore", "ignore", "pipe"] });
      let stderr = "";
      child.stderr.on("data", (chunk) => (stderr += String(chunk)));
      // Opens when the other end does.
      assert.equal(await readFile(join(folder, "started"), "utf8"), "started\n");
      child.kill(signal);
      const [code] = await once(child, "close");
      assert.equal(code, expected);
      assert.match(
        stderr,
        new RegExp(`^\\[1/2\\] first: .* s: interrupted by ${signal}; 'make run' goes on`, "u"),
      );
      assert.ok(existsSync(join(folder, "cleaned")));
      assert.ok(!existsSync(join(folder, "second")));
    });
});

describe("phases of make run", () => {
  it("are targets that the Makefile has", async () => {
    for (const { command, counted } of phasesOf("make"))
      for (const words of [command, counted?.plan ?? []]) {
        const [program, ...args] = words;
        if (program !== undefined) await run(program, [...args, "-n"], { cwd: repositoryRoot });
      }
  });

  it("have no XS engine where it cannot be built", () => {
    const names = phasesOf("gmake", "darwin").map(({ name }) => name);
    assert.deepEqual(names, ["npm packages", "TypeScript"]);
  });

  it("leave make's job slots to the make that has them, and keep its variables", () => {
    const { MAKEFLAGS } = process.env;
    process.env["MAKEFLAGS"] = " -j4 --jobserver-auth=3,4 -- CC=clang";
    try {
      const [{ command } = { command: [] }] = phasesOf("gmake");
      assert.deepEqual(command.slice(0, 3), ["env", "MAKEFLAGS=-- CC=clang", "gmake"]);
    } finally {
      if (MAKEFLAGS === undefined) delete process.env["MAKEFLAGS"];
      else process.env["MAKEFLAGS"] = MAKEFLAGS;
    }
  });
});
