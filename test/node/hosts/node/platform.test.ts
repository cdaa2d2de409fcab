import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { nodeClock } from "../../../../hosts/node/clock.js";
import { NodeConsole } from "../../../../hosts/node/console.js";
import { nodePlatform } from "../../../../hosts/node/platform.js";
import { NodeRandom, RANDOM_POOL_BYTES } from "../../../../hosts/node/random.js";
import { nodeTimers } from "../../../../hosts/node/timers.js";

describe("timers on Node", () => {
  it("never fire early, nor from within set", async () => {
    const waits = [0, 0.1, 1, 1.9, 5, 7.5].map(async (delayMs) => {
      const startMs = nodeClock.monotonicMs();
      let isSet = false;
      await new Promise<void>((resolve) => {
        nodeTimers.set(() => {
          assert.ok(isSet);
          resolve();
        }, delayMs);
        isSet = true;
      });
      const waitedMs = nodeClock.monotonicMs() - startMs;
      assert.ok(waitedMs >= delayMs, `${waitedMs} ms instead of ${delayMs}`);
    });
    await Promise.all(waits);
  });

  it("do not fire once they are cleared", async () => {
    const fired: string[] = [];
    const cleared = nodeTimers.set(() => fired.push("cleared"), 1);
    nodeTimers.clear(cleared);
    nodeTimers.clear(cleared);
    await new Promise<void>((resolve) => void nodeTimers.set(resolve, 5));
    assert.deepEqual(fired, []);
  });

  it("take delays from 0 to 2^31 - 1 ms", () => {
    for (const delayMs of [-1, 2 ** 31, NaN, Infinity])
      assert.throws(() => nodeTimers.set(() => {}, delayMs), RangeError, String(delayMs));
    // One more would make Node warn and fire at once.
    const handle = nodeTimers.set(() => {}, 2 ** 31 - 1) as NodeJS.Timeout;
    assert.equal((handle as unknown as { _idleTimeout: number })._idleTimeout, 2 ** 31 - 1);
    nodeTimers.clear(handle);
  });
});

describe("clock on Node", () => {
  it("does not go back and has fractions", () => {
    let last = nodeClock.monotonicMs();
    let hasFraction = false;
    for (let reading = 0; reading < 1000; reading += 1) {
      const now = nodeClock.monotonicMs();
      assert.ok(now >= last);
      hasFraction ||= !Number.isInteger(now);
      last = now;
    }
    assert.ok(hasFraction);
  });
});

describe("random numbers on Node", () => {
  it("fill any length, within the pool and beyond", () => {
    const random = new NodeRandom();
    const seen = new Set<string>();
    for (const length of [0, 1, 8, 8, 8, RANDOM_POOL_BYTES, RANDOM_POOL_BYTES, RANDOM_POOL_BYTES + 1]) {
      const bytes = new Uint8Array(length + 2);
      random.fill(bytes.subarray(1, length + 1));
      assert.deepEqual([bytes[0], bytes[length + 1]], [0, 0], "nothing outside");
      if (length < 8) continue;
      assert.ok(!seen.has(bytes.join()), "no bytes twice");
      seen.add(bytes.join());
    }
    const counts = new Uint32Array(256);
    const byte = new Uint8Array(1);
    for (let draw = 0; draw < 25_600; draw += 1) {
      random.fill(byte);
      counts[byte[0]!]! += 1;
    }
    // Each value 100 times on average; a deviation of 70 is 7 standard deviations.
    assert.ok(counts.every((count) => count > 30 && count < 170));
  });
});

describe("console on Node", () => {
  it("writes each line whole, in one piece", () => {
    const written: string[] = [];
    const console = new NodeConsole({ write: (text) => written.push(text) });
    console.log("synchronised");
    console.log("");
    assert.deepEqual(written, ["synchronised\n", "\n"]);
  });

  /** Runs a program that logs 5,000 numbered lines: more than its pipe holds until the reader has started. */
  function runInPipe(before: string, reader: string): string {
    const module = new URL("../../../../hosts/node/platform.js", import.meta.url).href;
    const program = `
      import { nodePlatform } from ${JSON.stringify(module)};
      const { console } = nodePlatform();
      ${before}
      for (let line = 0; line < 5000; line += 1) console.log(line + " ${"x".repeat(60)}");
      process.stderr.write("ended\\n");
      process.exit(0);`;
    const command = `"$0" --input-type=module --eval "$1" | ${reader}`;
    const { stdout, stderr } = spawnSync("sh", ["-c", command, process.execPath, program], {
      maxBuffer: 2 ** 20,
    });
    assert.equal(stderr.toString(), "ended\n");
    return stdout.toString();
  }

  for (const { title, before } of [
    { title: "a blocking pipe", before: "" },
    { title: "a pipe that does not block, as process.stdout makes it", before: "process.stdout;" },
  ])
    it(`loses no line of a program that ends at once, into ${title}`, () => {
      const lines = runInPipe(before, `"$0" --eval "process.stdin.pipe(process.stdout)"`).split("\n");
      assert.deepEqual([lines.length, lines.at(-1)], [5001, ""]);
      assert.ok(lines.slice(0, -1).every((line, index) => line === `${index} ${"x".repeat(60)}`));
    });

  it("does not end the program when nobody reads any more", () => {
    assert.match(runInPipe("", "head -n 1"), /^0 x+\n$/);
  });
});

describe("platform on Node", () => {
  it("has volatile storage where no directory is given", () => {
    const { keyValue } = nodePlatform();
    keyValue.open({ path: "domain" }).write("key", new Uint8Array([1]));
    assert.equal(keyValue.open({ path: "domain" }).read("key")?.byteLength, 1);
    assert.equal(nodePlatform().keyValue.open({ path: "domain" }).read("key"), undefined);
  });
});
