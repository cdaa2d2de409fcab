import assert from "node:assert/strict";

import { RunningFixture, runFixture } from "./host.js";

describe("XS host: a run", () => {
  it("ends with 0 when no socket, timer or job is left", async () => {
    const run = await runFixture("print", ["3", "2"]);
    assert.deepEqual([run.stdout, run.stderr, run.code], ["xx\nxx\nxx\n", "", 0]);
  });

  it("ends at once with the code given to exit", async () => {
    assert.equal((await runFixture("idle", ["7"])).code, 7);
    assert.equal((await runFixture("idle", ["0"])).code, 0);
  });

  it("ends an unhandled rejection with exit code 18, message and stack", async () => {
    const run = await runFixture("faults", ["rejection"], { target: "linux32-debug" });
    assert.equal(run.code, 18);
    assert.match(
      run.stderr,
      /^unhandled rejection: RangeError: nobody handles this\n at reject \(test\/boards\/fixtures\/faults\.ts:\d+\)/,
    );
  });

  for (const way of ["exception", "timer"])
    it(`ends an unhandled exception (${way}) with exit code 15, message and stack`, async () => {
      const run = await runFixture("faults", [way], { target: "linux32-debug" });
      assert.equal(run.code, 15);
      assert.match(
        run.stderr,
        /^unhandled exception: RangeError: nobody catches this\n at fail \(test\/boards\/fixtures\/faults\.ts:\d+\)/,
      );
    });

  for (const [signal, code] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)
    it(`ends on ${signal} with ${code}`, async () => {
      const run = new RunningFixture("idle");
      assert.match(await run.line(), /^ready/);
      run.kill(signal);
      assert.equal(await run.code(), code);
    });

  it("refuses a wrong command line with exit code 2", async () => {
    for (const host of [
      ["--arena", "many"],
      ["--arena", "16383"],
      ["--arena", "268435457"],
      ["--nonsense"],
    ]) {
      const run = await runFixture("print", [], { host });
      assert.equal(run.code, 2, host.join(" "));
      assert.notEqual(run.stderr, "");
    }
  });

  it("takes the smallest arena that it allows", async () => {
    const run = await runFixture("print", [], { host: ["--arena", "16384"] });
    assert.deepEqual([run.stdout, run.code], ["x\n", 0], run.stderr);
  });

  it("names a module that is not there with exit code 1", async () => {
    const run = await runFixture("absent");
    assert.equal(run.code, 1);
    assert.match(run.stderr, /a module cannot be loaded: .*absent\.js" not found/);
  });

  it("gives other random bytes in each run", async () => {
    const [first, second] = [await runFixture("idle", ["0"]), await runFixture("idle", ["0"])];
    assert.equal(first.stdout.split(",").length, 32);
    assert.notEqual(first.stdout, second.stdout);
  });
});
