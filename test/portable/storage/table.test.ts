import { assert, describe, it } from "../../portable.js";
import { StorageFullError, StorageKeyError } from "../../../src/storage/limits.js";
import { MemoryKeyValue } from "../../../src/storage/memory.js";
import { MAX_TABLE_ROWS, Table } from "../../../src/storage/table.js";

describe("a small table", () => {
  it("adds to the first free row, and lists rows in order", () => {
    const table = new Table(new MemoryKeyValue().open({ path: "a" }), "peer");
    assert.equal(table.add(new Uint8Array([0])), 0);
    assert.equal(table.add(new Uint8Array([1])), 1);
    table.set(12, new Uint8Array([12]));
    table.delete(0);
    assert.deepEqual(table.rows(), [1, 12]);
    assert.equal(table.add(new Uint8Array([2])), 0);
    assert.deepEqual(table.get(0), new Uint8Array([2]));
    assert.equal(table.get(2), undefined);
  });

  it("leaves other keys of its domain alone", () => {
    const storage = new MemoryKeyValue().open({ path: "a" });
    for (const key of ["t", "t.", "t.x", "t.01", "t.-1", "t.1e0", "t.99", "tt.1", "t.0.1"])
      storage.write(key, new Uint8Array(1));
    const table = new Table(storage, "t", 10);
    assert.deepEqual(table.rows(), []);
    assert.equal(table.keyOf(9), "t.9");
  });

  it("MAX_TABLE_ROWS: has that many rows by default, and not one more", () => {
    const table = new Table(new MemoryKeyValue().open({ path: "a" }), "t");
    for (let row = 0; row < MAX_TABLE_ROWS; row += 1) assert.equal(table.add(new Uint8Array(0)), row);
    assert.throws(() => table.add(new Uint8Array(0)), StorageFullError, `at most ${MAX_TABLE_ROWS} rows`);
    for (const row of [-1, MAX_TABLE_ROWS, 0.5])
      assert.throws(() => table.get(row), RangeError, `got ${row}`);
  });

  it("takes a name whose largest row is a key, and no longer one", () => {
    const storage = new MemoryKeyValue().open({ path: "a" });
    assert.equal(new Table(storage, "x".repeat(12), 100).keyOf(99).length, 15);
    assert.throws(() => new Table(storage, "x".repeat(12), 101), StorageKeyError);
  });
});
