import { assert, describe, it } from "../../portable.js";
import type { KeyValueStorage } from "../../../src/ports/key-value.js";
import { MonotonicValue, monotonicEntries } from "../../../src/storage/monotonic-value.js";
import { StorageCorruptError } from "../../../src/storage/limits.js";
import { MemoryKeyValue } from "../../../src/storage/memory.js";

/** Storage whose values may be damaged. */
class Lab {
  readonly memory = new MemoryKeyValue().open({ path: "a" });
  readonly damaged = new Set<string>();
  readonly written: string[] = [];

  get storage(): KeyValueStorage {
    const { memory, damaged, written } = this;
    return {
      read: (key) => {
        if (damaged.has(key)) throw new StorageCorruptError(key);
        return memory.read(key);
      },
      write: (key, value) => {
        written.push(key);
        memory.write(key, value);
      },
      delete: (key) => memory.delete(key),
      [Symbol.iterator]: () => memory[Symbol.iterator](),
      close: () => memory.close(),
    };
  }

  /** What is stored, first and second. */
  put(...values: readonly (readonly number[] | undefined)[]): void {
    ["n", "n_2"].forEach((key, index) => {
      const value = values[index];
      if (value) this.memory.write(key, new Uint8Array(value));
      else this.memory.delete(key);
    });
  }

  read(): number[] | undefined {
    const value = new MonotonicValue(this.storage, "n").read();
    return value && [...value];
  }
}

describe("a value that does not go back", () => {
  it("is stored twice, the second time behind the first", () => {
    const lab = new Lab();
    assert.equal(lab.read(), undefined);
    new MonotonicValue(lab.storage, "n").write(new Uint8Array([1, 2]));
    assert.deepEqual(lab.written, ["n", "n_2"]);
    assert.deepEqual(lab.read(), [1, 2]);
  });

  it("is the greater of its entries, and the one that is left", () => {
    const lab = new Lab();
    for (const [first, second, expected] of [
      [
        [1, 2],
        [1, 1],
        [1, 2],
      ],
      [
        [1, 255],
        [2, 0],
        [2, 0],
      ],
      [[1], [1, 0], [1, 0]],
      [[1, 0], [1], [1, 0]],
      [[0, 9], [1], [1]],
      [undefined, [3], [3]],
      [[3], undefined, [3]],
    ] as const) {
      lab.put(first, second);
      assert.deepEqual(lab.read(), [...expected]);
    }
  });

  it("is lost when one entry is damaged, and there is no other", () => {
    const lab = new Lab();
    lab.put([1], [1]);
    lab.damaged.add("n");
    assert.deepEqual(lab.read(), [1]);
    lab.damaged.add("n_2");
    assert.throws(() => lab.read(), StorageCorruptError);
    lab.damaged.delete("n");
    assert.deepEqual(lab.read(), [1]);
    lab.put(undefined, [1]);
    assert.throws(() => lab.read(), StorageCorruptError);
  });

  it("MAX_KEY_LENGTH: has a second key that is one for keys of any length", () => {
    const keys = (key: string): string[] =>
      monotonicEntries(key, new Uint8Array(0)).map((entry) => entry.key);
    assert.deepEqual(keys("n"), ["n", "n_2"]);
    assert.deepEqual(keys("a".repeat(13)), ["a".repeat(13), `${"a".repeat(13)}_2`]);
    assert.deepEqual(keys("a".repeat(15)), ["a".repeat(15), `${"a".repeat(13)}_2`]);
  });
});
