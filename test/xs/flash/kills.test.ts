import assert from "node:assert/strict";
import { setTimeout as pass } from "node:timers/promises";

import { SeededRandom } from "../../../simulators/random.js";
import { fixture, LINUX, RISCV } from "./boards.js";
import { prepareBoard } from "./prepared-board.js";

/** `make power-cuts` asks for more. */
const KILLS = Number(process.env["COAPSULE_KILLS"] ?? 20);
const KILLED_STORAGE = fixture("killed-storage");
const SEED = 6;
/** More than a board gets to. */
const ENDLESS = "1000000";

/** Most commits until a kill, and how long after them: about as long as a few more take. */
const COMMITS = 10;
for (const { board, blockLength, delayMs } of [
  { board: LINUX, blockLength: 4096, delayMs: 10 },
  { board: RISCV, blockLength: 8192, delayMs: 50 },
])
  describe(`a board that is killed at random, ${KILLS} times: ${board.name}`, function () {
    this.timeout(20_000 + KILLS * 2000);
    const prepared = prepareBoard(board, [KILLED_STORAGE]);

    it("every key is old or new, a commit is whole or absent, the counter never goes back", async () => {
      const { flash, start } = prepared;
      const random = new SeededRandom(SEED);
      let stored = 0;
      let number = -1;
      let newer = 0;
      for (let kill = 0; kill < KILLS; kill += 1) {
        const program = start(flash, [KILLED_STORAGE, ENDLESS, String(blockLength)]);
        await program.printed(random.integer(1, COMMITS));
        await pass(random.integer(0, delayMs));
        await program.kill();
        const [found = "", ...commits] = program.lines;
        const where = `kill ${kill} of seed ${SEED}, after commit ${stored}`;
        if (found !== `found ${stored}`) {
          assert.equal(found, `found ${stored + 1}`, where);
          newer += 1;
          stored += 1;
        }
        for (const line of commits) {
          const [commit, next] = line.split(" ").map(Number);
          assert.equal(commit, stored + 1, where);
          assert.ok(next! > number, `${where}: ${next} after ${number}`);
          stored = commit;
          number = next!;
        }
      }
      const last = start(flash, [KILLED_STORAGE, "0", String(blockLength)]);
      assert.equal(await last.code(), 0, last.stderr);
      assert.match(last.lines.join(), new RegExp(`^found (${stored}|${stored + 1})$`));
      if (KILLS >= 100) assert.ok(newer > 0, "no kill came between a commit and its line");
    });
  });
