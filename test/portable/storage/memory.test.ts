import { assert, describe, it } from "../../portable.js";
import { StorageFullError } from "../../../src/storage/limits.js";
import { MAX_MEMORY_STORAGE_BYTES, MemoryKeyValue } from "../../../src/storage/memory.js";

const bytes = (value: ArrayBuffer | undefined): Uint8Array | undefined =>
  value === undefined ? undefined : new Uint8Array(value);

describe("key-value storage in memory", () => {
  it("gives back what was written, and undefined for what was not", () => {
    const storage = new MemoryKeyValue().open({ path: "domain" });
    assert.equal(storage.read("key"), undefined);
    storage.write("key", new Uint8Array([1, 2]));
    storage.write("empty", new Uint8Array(0));
    assert.deepEqual(bytes(storage.read("key")), new Uint8Array([1, 2]));
    assert.deepEqual(bytes(storage.read("empty")), new Uint8Array(0));
    storage.write("key", new Uint8Array([3]));
    assert.deepEqual(bytes(storage.read("key")), new Uint8Array([3]));
    assert.deepEqual([...{ [Symbol.iterator]: () => storage[Symbol.iterator]() }], ["key", "empty"]);
    storage.delete("key");
    storage.delete("key");
    assert.equal(storage.read("key"), undefined);
  });

  it("is full at its limit, keys counted, and has room again after a deletion", () => {
    const keyValue = new MemoryKeyValue({ maxBytes: 10 });
    const storage = keyValue.open({ path: "domain" });
    storage.write("abc", new Uint8Array(7));
    assert.throws(() => storage.write("abc", new Uint8Array(8)), StorageFullError, "got 11");
    assert.equal(storage.read("abc")!.byteLength, 7);
    assert.throws(() => keyValue.open({ path: "other" }).write("a", new Uint8Array(0)), StorageFullError);
    storage.write("abc", new Uint8Array(6));
    keyValue.open({ path: "other" }).write("a", new Uint8Array(0));
    storage.delete("abc");
    storage.write("abcd", new Uint8Array(5));
    assert.equal(MAX_MEMORY_STORAGE_BYTES, 65536);
  });
});
