// @ts-check
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { mock } from "node:test";
import { repositoryRoot } from "../../../tools/repository.js";
import { runStep } from "../../../tools/step.js";

/**
 * @param {string} command
 * @param {string[]} args
 * @param {{ silenceMs?: number, hide?: RegExp }} [options]
 */
async function run(command, args, options) {
  /** @type {string[]} */
  const lines = [];
  const ok = await runStep("step", command, args, { ...options, log: (line) => lines.push(line) });
  return { ok, lines };
}

/**
 * @param {string} script
 * @param {{ silenceMs?: number, hide?: RegExp }} [options]
 */
const runScript = (script, options) => run(process.execPath, ["-e", script], options);

/**
 * Waits until a process has ended, also where nobody has collected it yet.
 *
 * @param {number} pid
 */
async function untilEnded(pid) {
  for (;;) {
    let status = "";
    try {
      status = readFileSync(`/proc/${pid}/status`, "utf8");
    } catch {
      return;
    }
    if (/^State:\s+[ZX]/mu.test(status)) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe("steps of make test", () => {
  it("succeeds with the command, and fails with it, saying how", async () => {
    assert.deepEqual(await runScript(""), { ok: true, lines: [] });
    assert.deepEqual(await runScript("process.exit(3)"), { ok: false, lines: ["step: exit code 3"] });
    const killed = await runScript("process.kill(process.pid, 'SIGKILL')");
    assert.deepEqual(killed, { ok: false, lines: ["step: SIGKILL"] });
  });

  it("fails when there is no such command", async () => {
    const { ok, lines } = await run(join(repositoryRoot, "no-such-command"), []);
    assert.equal(ok, false);
    assert.match(lines.join("\n"), /^step: .*ENOENT$/u);
  });

  it("ends a command that is silent", async () => {
    const silent = await runScript("setInterval(() => {}, 1000)", { silenceMs: 200 });
    assert.deepEqual(silent, {
      ok: false,
      lines: ["step: ended after 0.2 s without a line", "step: SIGKILL"],
    });
  });

  it("fails where something else of it keeps its output open, which it cannot find", async () => {
    const holding =
      'const child = require("child_process").spawn("sleep", ["60"], ' +
      '{ stdio: ["ignore", "inherit", "ignore"], detached: true, env: {} }); console.log(child.pid); child.unref();';
    // Longer than a busy machine takes to start a program.
    const silenceMs = 4000;
    const { ok, lines } = await runScript(`${holding} setTimeout(() => {}, 100)`, { silenceMs });
    process.kill(Number(lines.shift()));
    assert.deepEqual({ ok, lines }, { ok: false, lines: ["step: ended after 4 s without a line"] });
  });

  it("does not count the time in which it was stopped or held up itself", async () => {
    const silenceMs = 1500;
    /** @type {string[]} */
    const lines = [];
    const log = (/** @type {string} */ line) => {
      // As after Ctrl-Z and fg.
      if (lines.push(line) === 1)
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, silenceMs * 1.2);
    };
    const ok = await runStep("step", "sh", ["-c", "echo a; sleep 0.1; echo b"], { silenceMs, log });
    assert.deepEqual([ok, lines], [true, ["a", "b"]]);
  });

  it("does not end one that takes long", async () => {
    const silenceMs = 1000;
    /** @type {string[]} */
    const lines = [];
    mock.timers.enable({ apis: ["setTimeout"] });
    try {
      const log = (/** @type {string} */ line) => {
        lines.push(line);
        mock.timers.tick(0.9 * silenceMs);
      };
      const script = "for (const line of 'abc') console.log(line)";
      const ok = await runStep("step", process.execPath, ["-e", script], { silenceMs, log });
      assert.deepEqual([ok, lines], [true, ["a", "b", "c"]]);
    } finally {
      mock.timers.reset();
    }
  });

  /** A script that starts a process that never ends, in a group of its own or not, and prints its number. */
  const leaving = (/** @type {boolean} */ detached) =>
    `const child = require("child_process").spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], ` +
    `{ stdio: "ignore", detached: ${detached} }); console.log(child.pid); child.unref();`;

  for (const detached of [false, true])
    it(`leaves nothing running that the command ${detached ? "put into a group of its own" : "started"}`, async () => {
      const { ok, lines } = await runScript(leaving(detached));
      assert.equal(ok, true);
      await untilEnded(Number(lines[0]));
    });

  it("ends with whoever started it, and leaves nothing", async () => {
    const step = new URL("../../../tools/step.js", import.meta.url);
    const endless = `${leaving(true)} setInterval(() => {}, 1000)`;
    const runner = `const { runStep } = await import(${JSON.stringify(step.href)});
      await runStep("inner", process.execPath, ["-e", ${JSON.stringify(endless)}]);`;
    const shell = spawn("sh", ["-c", '"$0" --input-type=module -e "$1" & wait', process.execPath, runner]);
    const [chunk] = await once(shell.stdout, "data");
    shell.kill("SIGKILL");
    await untilEnded(Number(String(chunk)));
  });

  it("leaves nothing of steps side by side when it is interrupted, or fails itself", async () => {
    const step = new URL("../../../tools/step.js", import.meta.url);
    const endless = "console.log(process.pid); setInterval(() => {}, 1000)";
    for (const end of [
      'process.kill(process.pid, "SIGINT")',
      'setImmediate(() => { throw new Error("fault") })',
    ]) {
      const runner = `const { runStep } = await import(${JSON.stringify(step.href)});
        const running = [];
        const log = (line) => {
          console.log(line);
          if (running.push(line) === 2) ${end};
        };
        const steps = ["a", "b"].map((name) =>
          runStep(name, process.execPath, ["-e", ${JSON.stringify(endless)}], { log }));
        await Promise.all(steps);`;
      const child = spawn(process.execPath, ["--input-type=module", "-e", runner], {
        stdio: ["ignore", "pipe", "ignore"],
      });
      let written = "";
      child.stdout.on("data", (chunk) => (written += String(chunk)));
      const [code] = await once(child, "close");
      assert.notEqual(code, 0);
      const pids = written.trim().split("\n").map(Number);
      assert.equal(pids.length, 2);
      for (const pid of pids) await untilEnded(pid);
    }
  });

  it("shows the command's lines but the hidden ones", async () => {
    const result = await runScript("console.log('a\\nxs: 1 passed\\nb')", { hide: /^xs: / });
    assert.deepEqual(result, { ok: true, lines: ["a", "b"] });
  });
});
