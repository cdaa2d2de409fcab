import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NodeKeyValue } from "../../../../hosts/node/storage/key-value.js";
import { StorageKeyError, StorageValueError } from "../../../../src/storage/limits.js";

/** Runs a test with a directory of its own. */
function inDirectory(body: (directory: string) => void): () => void {
  return () => {
    const directory = mkdtempSync(join(tmpdir(), "coapsule-"));
    try {
      body(directory);
    } finally {
      rmSync(directory, { recursive: true });
    }
  };
}

const bytes = (value: ArrayBuffer | undefined): number[] | undefined =>
  value === undefined ? undefined : [...new Uint8Array(value)];
const keys = (storage: { [Symbol.iterator](): Iterator<string> }): string[] => [
  ...{ [Symbol.iterator]: () => storage[Symbol.iterator]() },
];

describe("key-value storage on Node", () => {
  it(
    "gives back what was written, also to the next program",
    inDirectory((directory) => {
      const storage = new NodeKeyValue(directory).open({ path: "time" });
      assert.deepEqual([storage.read("last"), keys(storage)], [undefined, []]);
      storage.write("last", new Uint8Array([1, 2, 3]).subarray(1));
      storage.write("empty", new Uint8Array(0));
      storage.write("last", new Uint8Array([4, 5]));
      storage.close();
      const again = new NodeKeyValue(directory).open({ path: "time" });
      assert.deepEqual(bytes(again.read("last")), [4, 5]);
      assert.deepEqual(bytes(again.read("empty")), []);
      assert.deepEqual(keys(again), ["empty", "last"]);
      again.delete("last");
      again.delete("last");
      assert.deepEqual([again.read("last"), keys(again)], [undefined, ["empty"]]);
    }),
  );

  it(
    "makes its directory with the first value, and keeps domains apart",
    inDirectory((directory) => {
      const path = join(directory, "deep", "below");
      const first = new NodeKeyValue(path).open({ path: "first" });
      assert.deepEqual(readdirSync(directory), []);
      first.write("key", new Uint8Array([1]));
      assert.equal(new NodeKeyValue(path).open({ path: "second" }).read("key"), undefined);
      assert.deepEqual(readdirSync(path), ["first"]);
    }),
  );

  it(
    "never takes what a power cut left behind for a value",
    inDirectory((directory) => {
      const storage = new NodeKeyValue(directory).open({ path: "domain" });
      storage.write("key", new Uint8Array([1]));
      writeFileSync(join(directory, "domain", "key~"), "half a val");
      assert.deepEqual([bytes(storage.read("key")), keys(storage)], [[1], ["key"]]);
      storage.write("key", new Uint8Array([2]));
      assert.deepEqual(readdirSync(join(directory, "domain")), ["key"]);
    }),
  );

  it(
    "checks keys, domains and values",
    inDirectory((directory) => {
      const keyValue = new NodeKeyValue(directory);
      assert.throws(() => keyValue.open({ path: "../up" }), StorageKeyError);
      assert.throws(() => keyValue.open({ path: ".." }), StorageKeyError);
      const storage = keyValue.open({ path: "domain" });
      storage.write("a".repeat(15), new Uint8Array(4000));
      assert.throws(() => storage.write("a".repeat(16), new Uint8Array(1)), StorageKeyError);
      assert.throws(() => storage.read("../domain/a"), StorageKeyError);
      assert.throws(() => storage.delete("A"), StorageKeyError);
      assert.throws(() => storage.write("key", new Uint8Array(4001)), StorageValueError);
      assert.deepEqual(keys(storage), ["a".repeat(15)]);
      storage.close();
      assert.throws(() => storage.read("key"), /closed/);
      assert.throws(() => keys(storage), /closed/);
    }),
  );

  it(
    "passes on errors of the file system",
    inDirectory((directory) => {
      writeFileSync(join(directory, "file"), "");
      const storage = new NodeKeyValue(join(directory, "file")).open({ path: "domain" });
      assert.throws(() => storage.write("key", new Uint8Array(1)), /ENOTDIR/);
      assert.throws(() => storage.read("key"), /ENOTDIR/);
    }),
  );
});
