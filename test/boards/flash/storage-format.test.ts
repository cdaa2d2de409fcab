/** docs/storage-format.md: a reader written from the page finds what a board has left in the file of its flash memory. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

import { readLog } from "../../node/storage/flash/log-reader.js";
import { fixture, LINUX, RISCV } from "./boards.js";
import { COMMITS, DOMAIN, KEYS, valueAfter } from "./fixtures/killed-values.js";
import { prepareBoard } from "./prepared-board.js";

const KILLED_STORAGE = fixture("killed-storage");

for (const { board, commits, blocks, blockLength, usedLength } of [
  { board: LINUX, commits: 300, blocks: 16, blockLength: 4096, usedLength: 4096 },
  // The fixture uses the start of each block only, so that the log goes around.
  { board: RISCV, commits: 120, blocks: 3, blockLength: 262_144, usedLength: 4096 },
  { board: RISCV, commits: 40, blocks: 3, blockLength: 262_144, usedLength: 262_144 },
])
  describe(`docs/storage-format.md: ${board.name}, ${usedLength} bytes of a block`, function () {
    const prepared = prepareBoard(board, [KILLED_STORAGE]);

    it(`a reader written from the page finds the values of ${commits} commits`, async () => {
      const { flash, start } = prepared;
      const program = start(flash, [KILLED_STORAGE, String(commits), String(usedLength)]);
      assert.equal(await program.code(), 0, program.stderr);
      const file = readFileSync(flash);
      const memory = Buffer.concat(
        Array.from({ length: blocks }, (_, block) =>
          file.subarray(block * blockLength, block * blockLength + usedLength),
        ),
      );
      const values = readLog(memory, { blockLength: usedLength, unit: 4 });
      assert.equal(values.get(`${DOMAIN}/${COMMITS}`)?.readUInt32BE(), commits);
      for (const key of KEYS) {
        const expected = valueAfter(commits, key);
        assert.deepEqual(values.get(`${DOMAIN}/${key}`), expected && Buffer.from(expected), key);
      }
    });
  });
