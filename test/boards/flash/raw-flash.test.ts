import assert from "node:assert/strict";
import { chmodSync, readFileSync, rmSync, statSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { LockedError } from "../../../hosts/node/files/lock.js";
import { FileFlash } from "../../../hosts/node/storage/file-flash.js";

import { fixture, LINUX, RISCV, type BoardRun } from "./boards.js";
import { prepareBoard } from "./prepared-board.js";

const RAW_FLASH = fixture("raw-flash");
const ERASED = "f".repeat(16);

for (const { board, blocks, blockLength } of [
  { board: LINUX, blocks: 16, blockLength: 4096 },
  { board: RISCV, blocks: 3, blockLength: 256 * 1024 },
])
  describe(`raw flash: ${board.name}`, function () {
    const prepared = prepareBoard(board, [RAW_FLASH]);

    const run = async (): Promise<BoardRun> => {
      const program = prepared.start(prepared.flash, [RAW_FLASH]);
      assert.equal(await program.code(), 0, program.stderr);
      return program;
    };

    const size = blocks * blockLength;
    const rest = [
      ERASED,
      "123456789abcdef0",
      "done",
      "023000789abcdef0",
      "Error: flash: a bit would have to be set without an erase",
      "023000789abcdef0",
      "02300078ffffffff",
      "023007070707ffff",
      `RangeError: flash: expected 0 to ${size}, got 4 bytes at ${size}`,
      "RangeError: flash: expected units of 4, got 4 bytes at 2",
      "RangeError: flash: expected units of 4, got 2 bytes at 0",
      `RangeError: flash: expected 0 to ${size}, got 8 bytes at -1`,
      `RangeError: flash: expected 0 to ${size}, got ${blockLength} bytes at ${size}`,
      `RangeError: flash: expected units of ${blockLength}, got ${blockLength} bytes at ${blockLength / 2}`,
      "Error: flash: expected an open one, got a closed one",
    ];

    it("is erased at first; an erase sets a block's bits, a write clears some and can set none", async () => {
      const { lines } = await run();
      assert.deepEqual(lines, [`${size} ${blocks} ${blockLength} 4 255`, ERASED, ...rest]);
    });

    it("keeps what was written", async () => {
      const { lines } = await run();
      assert.deepEqual(lines.slice(1), ["02300078ffffffff", ...rest]);
    });
  });

describe("XS host --flash", () => {
  const prepared = prepareBoard(LINUX, [RAW_FLASH]);

  const run = async (flash: string | undefined): Promise<{ first: string; code: number | null }> => {
    const program = prepared.start(flash, [RAW_FLASH]);
    const code = await program.code();
    return { first: program.lines[0] ?? program.stderr, code };
  };

  it("completes a file of which a cut has left the beginning, and takes one of up to 4096 blocks", async () => {
    const { flash: file } = prepared;
    writeFileSync(file, Buffer.alloc(65535, 0xff), { mode: 0o600 });
    assert.deepEqual(await run(file), { first: "65536 16 4096 4 255", code: 0 });
    assert.equal(statSync(file).size, 65536);
    truncateSync(file, 4096 * 4096);
    assert.deepEqual(await run(file), { first: "16777216 4096 4096 4 255", code: 0 });
  });

  it("refuses a file of more blocks, of no whole number of them, of other content, or that is not there", async () => {
    const { flash: file, folder } = prepared;
    const refused = (path: string, reason: string): object => ({
      first: `coapsule-xs: --flash ${path}: ${reason}\n`,
      code: 2,
    });
    truncateSync(file, 4097 * 4096);
    assert.deepEqual(await run(file), refused(file, "expected at most 4096 blocks of 4096 bytes"));
    truncateSync(file, 65537);
    assert.deepEqual(await run(file), refused(file, "expected whole blocks of 4096 bytes"));
    writeFileSync(file, "remember the milk");
    assert.deepEqual(await run(file), refused(file, "expected a flash memory of at least 65536 bytes"));
    assert.equal(readFileSync(file, "utf8"), "remember the milk");
    const none = join(folder, "none", "flash");
    assert.deepEqual(await run(none), refused(none, "No such file or directory"));
  });

  it("refuses a file that another device uses", async () => {
    const other = join(prepared.folder, "other");
    const idle = prepared.start(other, ["test/boards/fixtures/idle.js"]);
    await idle.printed(1);
    assert.deepEqual(await run(other), {
      first: `coapsule-xs: --flash ${other}: another device uses it\n`,
      code: 2,
    });
    await idle.kill();
    assert.equal((await run(other)).code, 0);
  });

  it("and a device on Node.js keep each other out, through links, too", async () => {
    const [shared, link] = [join(prepared.folder, "shared"), join(prepared.folder, "link")] as const;
    symlinkSync(shared, link);
    const flash = new FileFlash({ path: link });
    assert.deepEqual(await run(shared), {
      first: `coapsule-xs: --flash ${shared}: another device uses it\n`,
      code: 2,
    });
    flash.close();
    const idle = prepared.start(link, ["test/boards/fixtures/idle.js"]);
    await idle.printed(1);
    assert.throws(() => new FileFlash({ path: shared }), {
      name: LockedError.name,
      message: `another program uses ${shared}`,
    });
    await idle.kill();
    new FileFlash({ path: shared }).close();
  });

  it("refuses a file that others may read or write", async () => {
    const { flash: file } = prepared;
    rmSync(file, { force: true });
    assert.equal((await run(file)).code, 0);
    for (const mode of [0o640, 0o620, 0o604, 0o602]) {
      chmodSync(file, mode);
      assert.deepEqual(await run(file), {
        first: `coapsule-xs: --flash ${file}: expected a secret that nobody but its owner can read; mend it with: chmod 600\n`,
        code: 2,
      });
    }
    chmodSync(file, 0o600);
    assert.equal((await run(file)).code, 0);
  });

  it("without it there is none", async () => {
    assert.deepEqual(await run(undefined), { first: "none", code: 0 });
  });
});
