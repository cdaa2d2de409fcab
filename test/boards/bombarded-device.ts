/** Devices that are bombarded (bombard.ts). */

import assert from "node:assert/strict";

import { DEVICE_ARENA } from "../../hosts/arenas.js";
import { LONG_TEST_MS } from "../hang.js";
import { skip } from "../skip.js";
import { RunningBoard } from "./board/running-board.js";
import { bombard } from "./bombard.js";
import { RunningFixture } from "./host.js";
import type { RunningProgram } from "./running-program.js";
import { compileModules, isBuilt, pathOf } from "./runner/target.js";

async function bombardToTheEnd(device: RunningProgram, datagrams: number): Promise<void> {
  let code: number | null;
  try {
    await bombard(device, datagrams);
  } finally {
    code = await device.stop();
  }
  assert.equal(code, 143);
}

/** Declares the tests: so many datagrams on XS here, and on the microcontroller. */
export function describeBombardment(counts: { readonly linux: number; readonly riscv: number }): void {
  const titleOf = (datagrams: number): string =>
    `answers through ${datagrams.toLocaleString("en")} random and spoilt datagrams, and holds no more after them`;

  describe("XS host: a device that is bombarded", function () {
    this.timeout(LONG_TEST_MS);

    it(titleOf(counts.linux), async () => {
      const host = ["--arena", String(DEVICE_ARENA)];
      const device = new RunningFixture("bombarded", [], { host, timeLimitMs: LONG_TEST_MS });
      await bombardToTheEnd(device, counts.linux);
    });

    it(`on RISC-V: ${titleOf(counts.riscv)}`, async function () {
      if (!isBuilt("riscv") || !isBuilt("compiler")) skip(this, "not built: make riscv");
      const modules = pathOf("riscv", "bombarded.xsb");
      const module = "test/boards/fixtures/bombarded.js";
      compileModules(modules, [module]);
      const args = ["--arena", String(DEVICE_ARENA), module];
      await bombardToTheEnd(
        new RunningBoard({ image: pathOf("riscv", "coapsule-xs"), modules, args }),
        counts.riscv,
      );
    });
  });
}
