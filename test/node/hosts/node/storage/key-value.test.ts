import assert from "node:assert/strict";
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LockedError } from "../../../../../hosts/node/files/lock.js";
import { SecretFileError } from "../../../../../hosts/node/files/rights.js";
import { NodeKeyValue } from "../../../../../hosts/node/storage/key-value.js";
import {
  StorageCorruptError,
  StorageKeyError,
  StorageValueError,
} from "../../../../../src/storage/limits.js";

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
      const keyValue = new NodeKeyValue(directory);
      const storage = keyValue.open({ path: "time" });
      assert.deepEqual([storage.read("last"), keys(storage)], [undefined, []]);
      storage.write("last", new Uint8Array([1, 2, 3]).subarray(1));
      storage.write("empty", new Uint8Array(0));
      storage.write("last", new Uint8Array([4, 5]));
      storage.close();
      keyValue.close();
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
    "makes its directory, those of domains with the first value, and keeps these apart",
    inDirectory((directory) => {
      const path = join(directory, "deep", "below");
      const keyValue = new NodeKeyValue(path);
      const first = keyValue.open({ path: "first" });
      assert.deepEqual(readdirSync(path), ["lock~"]);
      first.write("key", new Uint8Array([1]));
      assert.equal(keyValue.open({ path: "second" }).read("key"), undefined);
      assert.deepEqual(readdirSync(path), ["first", "lock~"]);
      for (const made of ["deep", join("deep", "below"), join("deep", "below", "first")])
        assert.equal(statSync(join(directory, made)).mode & 0o777, 0o700);
    }),
  );

  it(
    "is for one program at a time, whatever the path, until it is closed with its domains",
    inDirectory((directory) => {
      const [path, link] = [join(directory, "values"), join(directory, "link")] as const;
      const keyValue = new NodeKeyValue(path);
      const storage = keyValue.open({ path: "domain" });
      symlinkSync(path, link);
      for (const name of [path, link])
        assert.throws(() => new NodeKeyValue(name), {
          name: LockedError.name,
          message: `another program uses ${name}`,
        });
      storage.write("key", new Uint8Array([1]));
      keyValue.close();
      keyValue.close();
      assert.throws(() => storage.write("key", new Uint8Array([2])), /closed/);
      assert.throws(() => keyValue.open({ path: "domain" }).read("key"), /closed/);
      const other = new NodeKeyValue(link);
      assert.deepEqual(bytes(other.open({ path: "domain" }).read("key")), [1]);
    }),
  );

  it(
    "is refused where others may write to it, read a domain or a value, or put other ones in their place",
    inDirectory((directory) => {
      const [base, domain, value] = [
        join(directory, "values"),
        join(directory, "values", "domain"),
        join(directory, "values", "domain", "key"),
      ] as const;
      const read = (): unknown => {
        const keyValue = new NodeKeyValue(base);
        try {
          return bytes(keyValue.open({ path: "domain" }).read("key"));
        } finally {
          keyValue.close();
        }
      };
      const keyValue = new NodeKeyValue(base);
      keyValue.open({ path: "domain" }).write("key", new Uint8Array([1]));
      keyValue.close();
      for (const [path, modes, mend] of [
        [base, [0o777, 0o702], "go-w"],
        [domain, [0o777, 0o750, 0o705, 0o701], "700"],
        [value, [0o666, 0o640, 0o604, 0o602], "600"],
      ] as const) {
        const { mode } = statSync(path);
        for (const wrong of modes) {
          chmodSync(path, wrong);
          assert.throws(read, {
            name: SecretFileError.name,
            message: new RegExp(`^${path}: expected .*; mend it with: chmod ${mend} ${path}$`, "u"),
          });
        }
        chmodSync(path, mode);
      }
      // As /tmp is.
      chmodSync(base, 0o1777);
      assert.deepEqual(read(), [1]);
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
    "finds any byte of a file damaged, and takes a file from before there were checksums",
    inDirectory((directory) => {
      const storage = new NodeKeyValue(directory).open({ path: "domain" });
      const path = join(directory, "domain", "key");
      for (const value of [[], [7], [0, 0, 0, 0, 0, 0, 1, 0]]) {
        storage.write("key", new Uint8Array(value));
        const file = readFileSync(path);
        for (let at = 0; at < file.length; at += 1)
          for (const byte of [0, 255, ...Array.from({ length: 8 }, (_, bit) => file[at]! ^ (1 << bit))]) {
            if (byte === file[at]) continue;
            const damaged = Uint8Array.from(file);
            damaged[at] = byte;
            writeFileSync(path, damaged);
            assert.throws(() => storage.read("key"), StorageCorruptError);
          }
        writeFileSync(path, Uint8Array.from(value));
        assert.deepEqual(bytes(storage.read("key")), value);
      }
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
      assert.throws(() => new NodeKeyValue(join(directory, "file")), { code: "ENOTDIR" });
      writeFileSync(join(directory, "domain"), "", { mode: 0o600 });
      const storage = new NodeKeyValue(directory).open({ path: "domain" });
      assert.throws(() => storage.write("key", new Uint8Array(1)), { code: "ENOTDIR" });
      assert.throws(() => storage.read("key"), { code: "ENOTDIR" });
    }),
  );
});
