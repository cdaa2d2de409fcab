/** Boards that are killed at random while they write to their flash. */

import assert from "node:assert/strict";
import { setTimeout as pass } from "node:timers/promises";

import { LONG_TEST_MS } from "../../hang.js";
import { SeededRandom } from "../../../simulators/random.js";
import { fixture, LINUX, RISCV } from "./boards.js";
import { prepareBoard } from "./prepared-board.js";

const KILLED_STORAGE = fixture("killed-storage");
const SEED = 6;
/** More than a board gets to. */
const ENDLESS = "1000000";

/** Most commits until a kill, and how long after them: about as long as a few more take. */
const COMMITS = 10;
/** Declares the tests: each board is killed `kills` times. */
export function describeKills(kills: number): void {
  for (const { board, blockLength, delayMs } of [
    { board: LINUX, blockLength: 4096, delayMs: 10 },
    { board: RISCV, blockLength: 8192, delayMs: 50 },
  ])
    describe(`a board that is killed at random, ${kills} times: ${board.name}`, function () {
      this.timeout(LONG_TEST_MS);
      const prepared = prepareBoard(board, [KILLED_STORAGE]);

      it("every key is old or new, a commit is whole or absent, the counter never goes back", async () => {
        const { flash, start } = prepared;
        const random = new SeededRandom(SEED);
        let stored = 0;
        let number = -1;
        let newer = 0;
        for (let kill = 0; kill < kills; kill += 1) {
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
        if (kills >= 100) assert.ok(newer > 0, "no kill came between a commit and its line");
      });
    });
}
