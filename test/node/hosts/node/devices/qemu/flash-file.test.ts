import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, readdirSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureFlashFile } from "../../../../../../hosts/node/devices/qemu/flash-file.js";

const SIZE = 33_554_432;

describe("Flash file of a board in QEMU", () => {
  let folder: string;
  let path: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "coapsule-"));
    path = join(folder, "flash");
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  it("is made, erased, where it is missing, and left alone where it is there", () => {
    ensureFlashFile(path);
    assert.ok(readFileSync(path).equals(Buffer.alloc(SIZE, 0xff)));
    assert.deepEqual(readdirSync(folder), ["flash"]);
    writeFileSync(path, Buffer.alloc(SIZE, 7));
    ensureFlashFile(path);
    assert.equal(readFileSync(path)[0], 7);
  });

  it("is refused where it has another size, or cannot be made", () => {
    writeFileSync(path, Buffer.alloc(SIZE - 1));
    assert.throws(() => ensureFlashFile(path), {
      name: "RangeError",
      message: `expected a flash memory of 33554432 bytes in ${path}, got 33554431`,
    });
    truncateSync(path, SIZE + 1);
    assert.throws(() => ensureFlashFile(path), RangeError);
    assert.throws(() => ensureFlashFile(join(folder, "none", "flash")), { code: "ENOENT" });
  });
});
