import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { LockedError } from "../../../../../hosts/node/files/lock.js";
import { SecretFileError } from "../../../../../hosts/node/files/rights.js";
import { FILE_FLASH_BLOCKS, FileFlash } from "../../../../../hosts/node/storage/file-flash.js";
import { describeFault } from "../../../../../src/storage/flash/fault.js";
import { FlashKeyValue } from "../../../../../src/storage/flash/key-value.js";
import { Table } from "../../../../../src/storage/table.js";
import { SeededRandom } from "../../../../../simulators/random.js";
import { COMMIT_KEY, commitOf, DOMAIN, rowOf, TABLE, TABLE_ROWS } from "./stored.js";

const KILLS = 20;
const PROGRAM = fileURLToPath(new URL("killed-program.js", import.meta.url));

/** What the program says when it has stored a commit. */
interface Stored {
  readonly commit: number;
  /** From its counter. */
  readonly number: number;
}

/** Runs the program and kills it soon after it has said so many lines. */
async function runUntilKilled(path: string, lines: number): Promise<Stored[]> {
  const program = spawn(process.execPath, [PROGRAM, path], { stdio: ["ignore", "pipe", "inherit"] });
  const exit = once(program, "exit");
  let output = "";
  program.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
    if (output.split("\n").length > lines) program.kill("SIGKILL");
  });
  await exit;
  return output
    .split("\n")
    .slice(0, -1)
    .map((line) => {
      const [commit = NaN, number = NaN] = line.split(" ").map(Number);
      return { commit, number };
    });
}

/** The last commit that is stored, after all that it changed was looked at. */
function readStored(path: string): number {
  const flash = new FileFlash({ path });
  const store = new FlashKeyValue(flash, { onFault: (fault) => assert.fail(describeFault(fault)) });
  const commit = commitOf(store.read(DOMAIN, COMMIT_KEY));
  const table = new Table(store.open({ path: DOMAIN }), TABLE);
  // Each row was changed by the last commit that its number says.
  for (const row of table.rows()) {
    const written = commit - ((commit - row) % TABLE_ROWS);
    assert.deepEqual(table.get(row), rowOf(written), `row ${row} after commit ${commit}`);
  }
  assert.equal(table.rows().length, Math.min(commit, TABLE_ROWS));
  flash.close();
  return commit;
}

describe("flash in a file", () => {
  let directory: string;
  let path: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "coapsule-flash-"));
    path = join(directory, "flash");
  });

  afterEach(() => rmSync(directory, { recursive: true }));

  it("is erased at first, and keeps what was written", () => {
    const flash = new FileFlash({ path, blocks: 2 });
    const bytes = new Uint8Array(4);
    assert.equal(flash.read(bytes, 8188), 4);
    assert.deepEqual(bytes, new Uint8Array(4).fill(0xff));
    flash.write(new Uint8Array([1, 2, 3, 4]), 4096);
    flash.close();
    flash.close();
    assert.throws(() => flash.read(bytes, 0), /closed/);
    const again = new FileFlash({ path, blocks: 2 });
    again.read(bytes, 4096);
    assert.deepEqual(bytes, new Uint8Array([1, 2, 3, 4]));
    again.eraseBlock(0, 2);
    again.read(bytes, 4096);
    assert.deepEqual(bytes, new Uint8Array(4).fill(0xff));
    again.close();
  });

  it("refuses to set a bit, what lies outside, and what is no write unit", () => {
    const flash = new FileFlash({ path, blocks: 2 });
    flash.write(new Uint8Array([0xf0, 0xff, 0xff, 0xff]), 0);
    flash.write(new Uint8Array([0x30, 0xff, 0xff, 0xff]), 0);
    assert.throws(() => flash.write(new Uint8Array([0x31, 0xff, 0xff, 0xff]), 0), /one to set at 0/);
    assert.throws(() => flash.write(new Uint8Array(4), 8192), RangeError);
    assert.throws(() => flash.write(new Uint8Array(4), 2), /units of 4/);
    assert.throws(() => flash.write(new Uint8Array(2), 0), /units of 4/);
    assert.throws(() => flash.eraseBlock(2), RangeError);
    assert.equal(flash.status().size, 8192);
    flash.close();
  });

  it("takes a file of its size, completes one that was being made, and refuses a longer one", () => {
    new FileFlash({ path, blocks: 3 }).close();
    assert.throws(() => new FileFlash({ path, blocks: 2 }), /expected a flash of 8192 bytes .* got 12288/);
    truncateSync(path, 5000);
    const flash = new FileFlash({ path, blocks: 2 });
    const bytes = new Uint8Array(8192);
    flash.read(bytes, 0);
    assert.ok(bytes.every((byte) => byte === 0xff));
    flash.close();
  });

  it("leaves a file alone that is something else", () => {
    for (const content of ["no flash", `${"\xff".repeat(3)}x`]) {
      writeFileSync(path, content, { encoding: "latin1", mode: 0o644 });
      assert.throws(() => new FileFlash({ path }), /expected a flash of 65536 bytes .* got \d+$/);
      assert.equal(readFileSync(path, "latin1"), content);
    }
  });

  it("is one program's at a time, until it is closed or cannot be opened", () => {
    const flash = new FileFlash({ path });
    assert.throws(() => new FileFlash({ path }), {
      name: LockedError.name,
      message: `another program uses ${path}`,
    });
    flash.close();
    truncateSync(path, 1 + 16 * 4096);
    for (let times = 0; times < 2; times += 1) assert.throws(() => new FileFlash({ path }), RangeError);
  });

  it("is looked at each time: nobody else may read it, write it, or put another in its place", () => {
    const open = (): void => new FileFlash({ path }).close();
    open();
    for (const mode of [0o640, 0o620, 0o610, 0o604, 0o602, 0o601, 0o666]) {
      chmodSync(path, mode);
      assert.throws(open, {
        name: SecretFileError.name,
        message: `${path}: expected a secret that nobody but its owner can read; mend it with: chmod 600 ${path}`,
      });
    }
    chmodSync(path, 0o600);
    chmodSync(directory, 0o777);
    assert.throws(open, {
      name: SecretFileError.name,
      message: `${directory}: expected a folder that nobody but its owner can write to; mend it with: chmod go-w ${directory}`,
    });
    chmodSync(directory, 0o755);
    open();
  });

  it("is made where a link leads to", () => {
    const link = join(directory, "link");
    symlinkSync("flash", link);
    new FileFlash({ path: link }).close();
    assert.deepEqual([statSync(path).size, readlinkSync(link)], [65536, "flash"]);
  });

  it("has FILE_FLASH_BLOCKS blocks where nobody says how many, or those of its file", () => {
    const blocksOf = (): number => {
      const flash = new FileFlash({ path });
      flash.close();
      return flash.status().blocks;
    };
    assert.deepEqual([blocksOf(), blocksOf()], [FILE_FLASH_BLOCKS, FILE_FLASH_BLOCKS]);
    truncateSync(path, 20 * 4096);
    assert.equal(blocksOf(), 20);
    truncateSync(path, 20 * 4096 + 1);
    assert.throws(blocksOf, RangeError);
  });

  it("a program that is killed at any time loses nothing that it has stored", async function () {
    const random = new SeededRandom(6);
    let last: Stored = { commit: 0, number: -1 };
    for (let round = 0; round < KILLS; round += 1) {
      const said = await runUntilKilled(path, random.integer(1, 40));
      // Numbers from the counter never come twice, whatever was lost.
      for (const { number } of said) {
        assert.ok(number > last.number, `round ${round}: ${number} after ${last.number}`);
        last = { ...last, number };
      }
      last = { ...last, commit: said.at(-1)?.commit ?? last.commit };
      const found = readStored(path);
      assert.ok(
        [last.commit, last.commit + 1].includes(found),
        `round ${round}: ${found}, ${last.commit} said`,
      );
      last = { ...last, commit: found };
    }
    assert.ok(last.commit >= KILLS, `${last.commit} commits`);
  });
});
