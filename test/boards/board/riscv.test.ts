import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createInterface } from "node:readline";

import { Machine } from "../../../hosts/node/devices/qemu/machine.js";
import { skip } from "../../skip.js";
import { memory } from "../fixtures/memory.js";
import { numbers } from "../fixtures/numbers.js";
import type { HostRun } from "../../../cli/testing/run-host.js";
import { compileModules, isBuilt, pathOf, runImage } from "../runner/target.js";
import { checkTimers } from "../timer-report.js";

const FIXTURES = ["numbers", "memory", "print", "idle", "faults", "timers", "echo", "no-parser"];

const fixturePath = (name: string): string => `test/boards/fixtures/${name}.js`;

describe("XS host on a RISC-V microcontroller in QEMU", () => {
  const modules = pathOf("riscv", "fixtures.xsb");
  const image = pathOf("riscv", "coapsule-xs");

  before(function () {
    if (!isBuilt("riscv") || !isBuilt("compiler")) skip(this, "not built: make riscv");
    compileModules(modules, FIXTURES.map(fixturePath));
  });

  const run = (
    fixture: string,
    args: readonly string[] = [],
    options: readonly string[] = [],
  ): Promise<HostRun> => runImage(image, modules)([...options, fixturePath(fixture), ...args]);

  it("writes what the application prints to the serial line, and ends with 0", async () => {
    const { stdout, stderr, code } = await run("print", ["3", "2"]);
    assert.deepEqual([stdout, stderr, code], ["xx\nxx\nxx\n", "", 0]);
  });

  it("ends with the code given to exit, and has other random bytes in each run", async () => {
    const [first, second] = [await run("idle", ["7"]), await run("idle", ["7"])];
    assert.deepEqual([first.code, second.code], [7, 7]);
    assert.match(first.stdout, /^ready \d+(,\d+){31}\n$/);
    assert.notEqual(first.stdout, second.stdout);
  });

  it("has no parser, and keeps characters outside the BMP whole", async () => {
    const { stdout } = await run("no-parser");
    assert.equal(stdout, "SyntaxError: this engine has no parser\na\u{1f4a9}b true 1f4a9\n");
  });

  it("computes with numbers as Node does", async () => {
    assert.deepEqual((await run("numbers")).stdout.trimEnd().split("\n"), numbers());
  });

  it("copies, moves and clears bytes as Node does", async () => {
    assert.deepEqual((await run("memory")).stdout.trimEnd().split("\n"), memory());
  });

  for (const [way, code, message] of [
    ["map", 15, /^unhandled exception: TypeError: Map instance is read-only\n/],
    ["pattern", 19, /^read-only memory was written: .*\n at exec\n at match \(module:\d+\)\n/],
    ["slots", 11, /^out of memory: no room for \d+ bytes of (slots|chunks) in the arena of 165888 bytes/],
    ["chunks", 11, /^out of memory: no room for \d+ bytes of chunks in the arena of 165888 bytes/],
    ["stack", 12, /^stack overflow: the JavaScript stack has 512 slots\n$/],
    ["exception", 15, /^unhandled exception: RangeError: nobody catches this/],
    ["rejection", 18, /^unhandled rejection: RangeError: nobody handles this/],
  ] as const)
    it(`ends with ${code} and its reason: ${way}`, async () => {
      const result = await run("faults", [way]);
      assert.equal(result.code, code);
      assert.match(result.stderr, message);
    });

  it("refuses a wrong command line with 2", async () => {
    for (const options of [["--arena", "16383"], ["--arena", "67108865"], ["--nonsense"]])
      assert.equal((await run("print", [], options)).code, 2);
  });

  it("takes the smallest and the largest arena that it allows", async () => {
    for (const arena of ["16384", "67108864"])
      assert.equal((await run("print", [], ["--arena", arena])).code, 0);
  });

  it("fires timers in order, by a clock that goes right", async () => {
    const startedMs = Date.now();
    const { stdout, code } = await run("timers");
    assert.equal(code, 0);
    assert.deepEqual(checkTimers(stdout, startedMs).slice(0, 3), ["main", "job of main", "0"]);
  });

  it("says without a network that there is none", async () => {
    const { stderr, code } = await run("echo");
    assert.equal(code, 15);
    assert.match(stderr, /the machine has no network/);
  });

  for (const [type, address] of [
    ["udp4", "127.0.0.1"],
    ["udp6", "::1"],
  ] as const)
    it(`answers datagrams on a real socket: ${address}`, async () => {
      const machine = new Machine({ image, modules, args: [fixturePath("echo")] }, [
        "ignore",
        "pipe",
        "inherit",
      ]);
      const socket = createSocket(type);
      try {
        const lines = createInterface({ input: machine.process.stdout! })[Symbol.asyncIterator]();
        const next = async (): Promise<string> => String((await lines.next()).value);
        const port = Number((await next()).split(" ")[1]);
        for (const size of [0, 1, 1000]) {
          const answer = once(socket, "message");
          socket.send(Buffer.alloc(size, 7), port, address);
          const [bytes, from] = (await answer) as [Buffer, { address: string; port: number }];
          assert.deepEqual([bytes, from.address, from.port], [Buffer.alloc(size, 7), address, port]);
          assert.equal(await next(), `${size} from ${address} ${socket.address().port}`);
        }
        socket.send("end", port, address);
        assert.equal(await machine.ended, 0);
      } finally {
        socket.close();
        machine.process.kill("SIGKILL");
      }
    });

  it("ends when it is told to, with the code that it is told", async () => {
    const machine = new Machine({ image, modules, args: [fixturePath("echo")] }, [
      "ignore",
      "pipe",
      "inherit",
    ]);
    await once(machine.process.stdout!, "data");
    assert.equal(await machine.stop(143), 143);
  });
});
