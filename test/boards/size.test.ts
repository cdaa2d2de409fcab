import assert from "node:assert/strict";
import { existsSync } from "node:fs";

import { idleBudget, readBudgets } from "../../bench/size/budgets.js";
import { idleBytes, measureSize } from "../../bench/size/report.js";
import { playScenario, type Engine } from "../../bench/size/scenario.js";
import { CORE_ARENA } from "../../hosts/arenas.js";
import { skip } from "../skip.js";

/** Strings of modules that are text are copied when they are used; those of bytecode lie in flash, as on a board. */
const TEXT_BYTES = 3072;
const IMAGE = "build/riscv/standard.elf";
const ENGINES: readonly (readonly [name: string, path: string, engine: Engine])[] = [
  [
    "linux32",
    "build/xs/linux32/coapsule-xs",
    { binary: "build/xs/linux32/coapsule-xs", modules: "build/js" },
  ],
  [
    "linux32-bytecode",
    "build/xs/linux32-bytecode/coapsule-xs",
    { binary: "build/xs/linux32-bytecode/coapsule-xs", modules: "build/riscv/standard.xsb" },
  ],
  ["riscv", IMAGE, { image: IMAGE }],
];

describe("size of the firmware", function () {
  it("has the core's arena in its budgets", () => {
    assert.equal(readBudgets().arenaBytes, CORE_ARENA);
  });

  for (const [name, path, engine] of ENGINES)
    it(`runs the scenario of make run in the core's arena, and idles within budget: ${name}`, async function () {
      if (!existsSync(path)) skip(this, `${path} is not built`);
      const { statistics } = await playScenario(engine, CORE_ARENA);
      assert.equal(statistics.arenaBytes, CORE_ARENA);
      assert.ok(statistics.takenBytes <= CORE_ARENA, `${statistics.takenBytes} bytes taken`);
      const budgetBytes = idleBudget(readBudgets()) + (name === "linux32" ? TEXT_BYTES : 0);
      assert.ok(idleBytes(statistics) <= budgetBytes, `${idleBytes(statistics)} bytes when idle`);
    });

  it("keeps all budgets on RISC-V, with every byte of the image in a part", async function () {
    if (!existsSync(IMAGE)) skip(this, `${IMAGE} is not built`);
    const { flashBytes, flash, rootHeapBytes, budgets } = await measureSize();
    for (const { name, bytes, budgetBytes, isKept } of budgets)
      assert.ok(isKept, `${name}: ${bytes} bytes, at most ${budgetBytes}`);
    assert.equal(
      flashBytes,
      Object.values(flash).reduce((sum, bytes) => sum + bytes, 0),
    );
    assert.ok(rootHeapBytes > 0 && rootHeapBytes < flashBytes);
  });
});
