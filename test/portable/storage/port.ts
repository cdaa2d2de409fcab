/** What holds of every key-value storage, so that nothing works on one host that fails on another, or on a board. */

import { assert, it } from "../../portable.js";
import type { KeyValue, KeyValueStorage } from "../../../src/ports/key-value.js";
import { StorageKeyError, StorageValueError } from "../../../src/storage/limits.js";

const LONGEST_KEY = "az09.-_........";
const LONGEST_VALUE_BYTES = 4000;

export function sortedKeys(storage: KeyValueStorage): string[] {
  return [...{ [Symbol.iterator]: () => storage[Symbol.iterator]() }].sort();
}

export function bytesOf(value: ArrayBuffer | undefined): number[] | undefined {
  return value === undefined ? undefined : [...new Uint8Array(value)];
}

/** Declares the tests. @param open makes an empty storage */
export function testKeyValuePort(open: () => KeyValue): void {
  it("takes domains and keys of 15 characters and values of 4000 bytes, and not one more", () => {
    const keyValue = open();
    const storage = keyValue.open({ path: LONGEST_KEY });
    const value = new Uint8Array(LONGEST_VALUE_BYTES).map((_, index) => index % 251);
    storage.write(LONGEST_KEY, value);
    assert.throws(
      () => storage.write(LONGEST_KEY, new Uint8Array(LONGEST_VALUE_BYTES + 1)),
      StorageValueError,
    );
    for (const name of ["", `${LONGEST_KEY}x`, "A", "a/b", "a b", "ä", ".", ".."]) {
      assert.throws(() => keyValue.open({ path: name }), StorageKeyError);
      assert.throws(() => storage.read(name), StorageKeyError);
      assert.throws(() => storage.write(name, value), StorageKeyError);
      assert.throws(() => storage.delete(name), StorageKeyError);
    }
    assert.deepEqual(sortedKeys(storage), [LONGEST_KEY]);
    assert.deepEqual(new Uint8Array(storage.read(LONGEST_KEY)!), value);
  });

  it("copies on the way in and on the way out", () => {
    const storage = open().open({ path: "a" });
    const value = new Uint8Array([1, 2, 3]);
    storage.write("key", value.subarray(1));
    value.fill(9);
    new Uint8Array(storage.read("key")!).fill(8);
    assert.deepEqual(bytesOf(storage.read("key")), [2, 3]);
  });

  it("tells an empty value from none, and ignores the deletion of what is not there", () => {
    const storage = open().open({ path: "a" });
    storage.write("empty", new Uint8Array(0));
    storage.write("other", new Uint8Array(1));
    storage.delete("other");
    storage.delete("other");
    assert.deepEqual([bytesOf(storage.read("empty")), storage.read("other")], [[], undefined]);
    assert.deepEqual(sortedKeys(storage), ["empty"]);
  });

  it("keeps domains apart, and their values when they are closed", () => {
    const keyValue = open();
    const first = keyValue.open({ path: "first" });
    first.write("key", new Uint8Array([1]));
    assert.equal(keyValue.open({ path: "second" }).read("key"), undefined);
    first.close();
    assert.throws(() => first.read("key"), Error, "closed");
    assert.throws(() => first.write("key", new Uint8Array(1)), Error, "closed");
    assert.throws(() => first.delete("key"), Error, "closed");
    assert.throws(() => sortedKeys(first), Error, "closed");
    assert.deepEqual(bytesOf(keyValue.open({ path: "first" }).read("key")), [1]);
  });
}
