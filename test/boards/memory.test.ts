import assert from "node:assert/strict";
import { DEVICE_ARENA } from "../../hosts/arenas.js";

import { runFixture } from "./host.js";

function number(text: string, pattern: RegExp): number {
  const match = pattern.exec(text);
  assert.ok(match, `expected ${String(pattern)} in ${text}`);
  return Number(match[1]);
}

describe("XS host: memory", () => {
  it("runs allocating preloaded code through 1,000 collections with right results", async () => {
    const run = await runFixture("collections", ["3600"], { host: ["--stats"] });
    assert.deepEqual([run.stdout, run.code], ["all right\n", 0], run.stderr);
    assert.ok(number(run.stderr, /(\d+) collections/) >= 1000, run.stderr);
  });

  it("gives right results with garbage that is collected far more often than it would be", async () => {
    const run = await runFixture("collections", ["300"], { host: ["--stats", "--arena", "32768"] });
    assert.deepEqual([run.stdout, run.code], ["all right\n", 0], run.stderr);
    assert.ok(number(run.stderr, /(\d+) collections/) >= 300, run.stderr);
  });

  for (const [way, message] of [
    ["typed array", /^unhandled exception: TypeError: .*read-only buffer\n/u],
    ["map", /^unhandled exception: TypeError: .*Map instance is read-only\n/u],
  ] as const)
    it(`refuses to write module state (${way}), as it is frozen`, async () => {
      const run = await runFixture("faults", [way], { target: "linux32-debug" });
      assert.equal(run.code, 15);
      assert.match(run.stderr, message);
      assert.match(run.stderr, /at (writeTable|writeCache) \(test\/boards\/fixtures\/faults\.ts:\d+\)/);
      assert.equal((await runFixture("faults", [way])).code, 15, "on the release engine");
    });

  it("ends a run in which the engine writes module state, with a message and exit code 19", async () => {
    const run = await runFixture("faults", ["pattern"], { target: "linux32-debug" });
    assert.equal(run.code, 19);
    assert.match(run.stderr, /read-only memory was written: state of a preloaded module/);
    assert.match(run.stderr, /at match \(test\/boards\/fixtures\/faults\.ts:\d+\)/);
    assert.equal((await runFixture("faults", ["pattern"])).code, 19, "on the release engine");
  });

  it("ends a run whose slots exceed the arena with exit code 11, naming what ran out", async () => {
    const run = await runFixture("faults", ["slots"], { host: ["--arena", "65536"] });
    assert.equal(run.code, 11);
    assert.match(
      run.stderr,
      /^out of memory: no room for \d+ bytes of (slots|chunks) in the arena of 65536 bytes \(.*\)\n$/,
    );
  });

  it("ends a run whose chunks exceed the arena with exit code 11, naming what ran out", async () => {
    const run = await runFixture("faults", ["chunks"], { host: ["--arena", "65536"] });
    assert.equal(run.code, 11);
    assert.match(
      run.stderr,
      /^out of memory: no room for \d+ bytes of chunks in the arena of 65536 bytes \(.*\)\n$/,
    );
  });

  it("lets one heap take what the other leaves: chunks use up nine tenths of what is free", async () => {
    const run = await runFixture("faults", ["chunks"], { host: ["--stats"] });
    assert.equal(run.code, 11);
    const arena = number(run.stderr, /stats: arena (\d+)/);
    assert.equal(arena, DEVICE_ARENA, "by default");
    assert.ok(number(run.stderr, /taken (\d+)/) > 0.9 * arena, run.stderr);
  });

  it("ends a run whose JavaScript stack overflows with exit code 12", async () => {
    const run = await runFixture("faults", ["stack"]);
    assert.equal(run.code, 12);
    assert.match(run.stderr, /^stack overflow: the JavaScript stack has 512 slots\n$/);
  });

  it("prints peaks, collections and what lives at the end on one line", async () => {
    const run = await runFixture("print", [], { host: ["--stats"] });
    assert.match(
      run.stderr,
      /^stats: arena 165888 bytes, taken \d+; peak slots \d+ \(\d+ bytes\), chunks \d+ bytes, stack \d+ of 512 \(\d+ bytes\); \d+ collections; live slots \d+ \(\d+ bytes\), chunks \d+ bytes; preloaded .*\n$/,
    );
  });
});
