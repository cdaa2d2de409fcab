import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { FileFlash } from "../../hosts/node/storage/file-flash.js";
import { FlashKeyValue } from "../../src/storage/flash/key-value.js";
import { runFixture } from "./host.js";

describe("XS host: key-value storage in flash", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "coapsule-"))));
  afterEach(() => rmSync(folder, { recursive: true }));

  async function store(...args: string[]): Promise<string> {
    const run = await runFixture("store", args, { host: ["--flash", join(folder, "flash")] });
    assert.equal(run.code, 0, run.stderr);
    return run.stdout.trimEnd();
  }

  it("keeps values over a restart, replaces and deletes them", async () => {
    assert.equal(await store("read", "time", "last"), "undefined\ndone");
    assert.equal(await store("keys", "time"), "\ndone");
    assert.equal(await store("write", "time", "last", "5", "7"), "done");
    assert.equal(await store("read", "time", "last"), "5 bytes of 7\ndone");
    assert.equal(await store("write", "time", "last", "3", "9"), "done");
    assert.equal(await store("read", "time", "last"), "3 bytes of 9\ndone");
    assert.equal(await store("write", "time", "a-b_c.d", "0"), "done");
    assert.equal(await store("read", "time", "a-b_c.d"), "0 bytes of \ndone");
    assert.equal(await store("keys", "time"), "a-b_c.d last\ndone");
    assert.equal(await store("keys", "other"), "\ndone", "domains are apart");
    assert.equal(await store("delete", "time", "last"), "done");
    assert.equal(await store("delete", "time", "last"), "done");
    assert.equal(await store("keys", "time"), "a-b_c.d\ndone");
  });

  it("takes keys of 15 characters and values of 4000 bytes, and not one more", async () => {
    const key = "k".repeat(15);
    assert.equal(await store("write", "d".repeat(15), key, "4000", "1"), "done");
    assert.equal(await store("read", "d".repeat(15), key), "4000 bytes of 1\ndone");
    assert.match(
      await store("write", "d", key, "4001"),
      /^StorageValueError: expected at most 4000 bytes for storage key "k{15}", got 4001$/,
    );
    assert.match(
      await store("write", "d", `${key}k`, "1"),
      /^StorageKeyError: expected a storage key of 1 to 15 characters, got 16/,
    );
    assert.match(
      await store("write", "d", "", "1"),
      /^StorageKeyError: expected a storage key of 1 to 15 characters, got 0/,
    );
    assert.match(
      await store("read", "d".repeat(16), key),
      /^StorageKeyError: expected a storage key of 1 to 15 characters/,
    );
    for (const name of ["a/b", "A"])
      assert.match(
        await store("write", "d", name, "1"),
        /^StorageKeyError: expected a-z, 0-9, "\.", "-" or "_"/,
      );
    for (const name of [".", ".."])
      assert.match(await store("write", name, "k", "1"), /^StorageKeyError: "\.\.?" cannot be a storage key/);
  });

  it("has the file of a device on Node.js, both ways", async () => {
    assert.equal(await store("write", "time", "last", "5", "7"), "done");
    const flash = new FileFlash({ path: join(folder, "flash") });
    const storage = new FlashKeyValue(flash).open({ path: "time" });
    assert.deepEqual(new Uint8Array(storage.read("last")!), new Uint8Array(5).fill(7));
    storage.write("last", new Uint8Array(6).fill(8));
    flash.close();
    assert.equal(await store("read", "time", "last"), "6 bytes of 8\ndone");
  });

  it("says what is missing where no flash was given", async () => {
    const run = await runFixture("store", ["read", "d", "k"]);
    assert.equal(run.stdout, "Error: there is no storage (Linux: start the host with --flash FILE)\n");
  });
});
