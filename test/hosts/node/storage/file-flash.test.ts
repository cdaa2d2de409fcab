import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { FileFlash } from "../../../../hosts/node/storage/file-flash.js";
import { FlashKeyValue } from "../../../../src/storage/flash/key-value.js";

const PROGRAM = fileURLToPath(new URL("killed-program.js", import.meta.url));

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

  it("takes a file of its size, makes a shorter one anew, and refuses a longer one", () => {
    new FileFlash({ path, blocks: 3 }).close();
    assert.throws(() => new FileFlash({ path, blocks: 2 }), /expected a flash of 8192 bytes .* got 12288/);
    truncateSync(path, 100);
    const flash = new FileFlash({ path, blocks: 2 });
    const bytes = new Uint8Array(8192);
    flash.read(bytes, 0);
    assert.ok(bytes.every((byte) => byte === 0xff));
    flash.close();
  });

  it("a program that is killed at any time loses nothing that it has stored", async function () {
    this.timeout(60_000);
    let last = 0;
    for (let round = 0; round < 20; round += 1) {
      const program = spawn(process.execPath, [PROGRAM, path], { stdio: ["ignore", "pipe", "inherit"] });
      const exit = once(program, "exit");
      let output = "";
      program.stdout.setEncoding("utf8").on("data", (text: string) => {
        output += text;
        if (output.split("\n").length > 5 * round) program.kill("SIGKILL");
      });
      await exit;
      const said = output.split("\n").slice(0, -1).map(Number);
      const faults: string[] = [];
      const flash = new FileFlash({ path, blocks: 4 });
      const store = new FlashKeyValue(flash, { onFault: ({ kind }) => faults.push(kind) });
      const first = new DataView(store.read("a", "first")!).getUint32(0);
      assert.equal(new DataView(store.read("a", "second")!).getUint32(0), first);
      last = said.at(-1) ?? last;
      assert.ok(first >= last, `round ${round}: ${first} stored, ${last} said`);
      assert.deepEqual(faults, []);
      flash.close();
    }
    assert.ok(last >= 100, `${last}`);
  });
});
