import assert from "node:assert/strict";

import { DEVICE_ARENA } from "../../hosts/arenas.js";
import { skip } from "../skip.js";
import { RunningBoard } from "./board/running-board.js";
import { bombard } from "./bombard.js";
import { RunningFixture } from "./host.js";
import type { RunningProgram } from "./running-program.js";
import { compileModules, isBuilt, pathOf } from "./runner/target.js";

const TIME_LIMIT_MS = 300_000;
const ON_LINUX = 1_000_000;
/** QEMU takes some ten times as long for one. */
const ON_RISCV = 50_000;

const titleOf = (datagrams: number): string =>
  `answers through ${datagrams.toLocaleString("en")} random and spoilt datagrams, and holds no more after them`;

async function bombardToTheEnd(device: RunningProgram, datagrams: number): Promise<void> {
  let code: number | null;
  try {
    await bombard(device, datagrams);
  } finally {
    code = await device.stop();
  }
  assert.equal(code, 143);
}

describe("XS host: a device that is bombarded", function () {
  this.timeout(TIME_LIMIT_MS);

  it(titleOf(ON_LINUX), async () => {
    const host = ["--arena", String(DEVICE_ARENA)];
    const device = new RunningFixture("bombarded", [], { host, timeLimitMs: TIME_LIMIT_MS });
    await bombardToTheEnd(device, ON_LINUX);
  });

  it(`on RISC-V: ${titleOf(ON_RISCV)}`, async function () {
    if (!isBuilt("riscv") || !isBuilt("compiler")) skip(this, "not built: make riscv");
    const modules = pathOf("riscv", "bombarded.xsb");
    const module = "test/xs/fixtures/bombarded.js";
    compileModules(modules, [module]);
    const args = ["--arena", String(DEVICE_ARENA), module];
    await bombardToTheEnd(
      new RunningBoard({ image: pathOf("riscv", "coapsule-xs"), modules, args }),
      ON_RISCV,
    );
  });
});
