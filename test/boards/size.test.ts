import assert from "node:assert/strict";
import { existsSync } from "node:fs";

import { TEXT_MODULES_BYTES, arenaBudget, idleBudget, readBudgets } from "../../bench/size/budgets.js";
import { featuresAmong } from "../../bench/size/names.js";
import { idleBytes, measureSize, readSideFile } from "../../bench/size/report.js";
import { playScenario, type Engine } from "../../bench/size/scenario.js";
import { CORE_ARENA } from "../../hosts/arenas.js";
import { skip } from "../skip.js";

const ARCHIVE = "build/riscv/standard.xsb";
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
    { binary: "build/xs/linux32-bytecode/coapsule-xs", modules: ARCHIVE },
  ],
  ["riscv", IMAGE, { image: IMAGE }],
];

describe("size of the firmware", function () {
  it("has the core's arena in the budgets of the minimal and of the standard image, with the features of make run", () => {
    const budgets = readBudgets();
    assert.equal(arenaBudget(budgets, "minimal", ["time"]), CORE_ARENA);
    assert.equal(arenaBudget(budgets, "standard", ["time", "provisioning", "diagnostics"]), CORE_ARENA);
  });

  for (const [name, path, engine] of ENGINES)
    it(`runs the scenario of make run in its arena, and idles within budget: ${name}`, async function () {
      if (!existsSync(path) || !existsSync(ARCHIVE)) skip(this, `${path} or ${ARCHIVE} is not built`);
      const features = featuresAmong(readSideFile("standard").sources);
      const budgets = readBudgets();
      const textBytes = name === "linux32" ? TEXT_MODULES_BYTES : 0;
      const arenaBytes = arenaBudget(budgets, "standard", features) + textBytes;
      const { statistics } = await playScenario(engine, "standard", arenaBytes);
      assert.equal(statistics.arenaBytes, arenaBytes);
      assert.ok(statistics.takenBytes <= arenaBytes, `${statistics.takenBytes} bytes taken`);
      const budgetBytes = idleBudget(budgets, "standard", features) + textBytes;
      assert.ok(idleBytes(statistics) <= budgetBytes, `${idleBytes(statistics)} bytes when idle`);
    });

  for (const image of Object.keys(readBudgets().images))
    it(`keeps all budgets on RISC-V, with every byte of the image in a part: ${image}`, async function () {
      if (!existsSync(`build/riscv/${image}.elf`)) skip(this, `build/riscv/${image}.elf is not built`);
      const { flashBytes, flash, features, rootHeapBytes, budgets } = await measureSize(image);
      for (const { name, bytes, budgetBytes, isKept } of budgets)
        assert.ok(isKept, `${name}: ${bytes} bytes, at most ${budgetBytes}`);
      assert.equal(
        flashBytes,
        Object.values(flash).reduce((sum, bytes) => sum + bytes, 0),
      );
      assert.ok(rootHeapBytes > 0 && rootHeapBytes < flashBytes);
      assert.ok("time" in features);
      // What an image does not need it does not carry.
      assert.equal((flash["crypto"] ?? 0) > 0, "provisioning" in features);
    });
});
