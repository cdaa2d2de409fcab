import { assert, describe, it, NorFlash, SeededRandom } from "../../../portable.js";
import type { Flash } from "../../../../src/ports/flash.js";
import { FlashKeyValue, MAX_STORED_CHUNKS } from "../../../../src/storage/flash/key-value.js";
import { MAX_COMMIT_RECORDS } from "../../../../src/storage/flash/store.js";
import { MAX_WRITE_ALIGN, MIN_BLOCK_BYTES, MIN_BLOCKS } from "../../../../src/storage/flash/geometry.js";
import { CHUNK_BYTES } from "../../../../src/storage/flash/record.js";
import { StorageFormatError, StorageFullError } from "../../../../src/storage/limits.js";
import { LastKnownTime, SAVE_INTERVAL_MS } from "../../../../src/applications/time/last-known-time.js";
import { mountSurely } from "./scenario.js";

const START_MS = 1_767_225_600_000;

function makeFlash(blocks = 4, blockLength = 4096, writeAlign = 4): NorFlash {
  return new NorFlash({ blocks, blockLength, writeAlign, random: new SeededRandom(1) });
}

const bytes = (value: ArrayBuffer | undefined): Uint8Array | undefined =>
  value === undefined ? undefined : new Uint8Array(value);

describe("key-value storage in flash", () => {
  it("gives back what was written, and undefined for what was not", () => {
    const storage = mountSurely(makeFlash()).open({ path: "domain" });
    assert.equal(storage.read("key"), undefined);
    storage.write("key", new Uint8Array([1, 2]));
    storage.write("empty", new Uint8Array(0));
    assert.deepEqual(bytes(storage.read("key")), new Uint8Array([1, 2]));
    assert.deepEqual(bytes(storage.read("empty")), new Uint8Array(0));
    storage.write("key", new Uint8Array([3]));
    assert.deepEqual(bytes(storage.read("key")), new Uint8Array([3]));
    assert.deepEqual([...{ [Symbol.iterator]: () => storage[Symbol.iterator]() }], ["empty", "key"]);
    storage.delete("key");
    storage.delete("key");
    assert.equal(storage.read("key"), undefined);
  });

  it("keeps domains apart, and their values when they are closed", () => {
    const store = mountSurely(makeFlash());
    const first = store.open({ path: "a" });
    first.write("bc", new Uint8Array([1]));
    assert.equal(store.open({ path: "ab" }).read("c"), undefined);
    first.close();
    assert.throws(() => first.read("bc"), Error, "closed");
    assert.deepEqual(bytes(store.open({ path: "a" }).read("bc")), new Uint8Array([1]));
  });

  it("is there again after a restart", () => {
    const flash = makeFlash();
    mountSurely(flash)
      .open({ path: "domain" })
      .write("key", new Uint8Array(CHUNK_BYTES + 1).fill(7));
    const again = mountSurely(flash).open({ path: "domain" });
    assert.deepEqual(bytes(again.read("key")), new Uint8Array(CHUNK_BYTES + 1).fill(7));
  });

  it("commits changes of several domains, the later of two for one key last", () => {
    const store = mountSurely(makeFlash());
    store.commit([
      { domain: "a", key: "x", value: new Uint8Array([1]) },
      { domain: "b", key: "y", value: new Uint8Array([2]) },
      { domain: "a", key: "x", value: undefined },
      { domain: "b", key: "y", value: new Uint8Array([3]) },
    ]);
    assert.equal(store.read("a", "x"), undefined);
    assert.deepEqual(bytes(store.read("b", "y")), new Uint8Array([3]));
    store.commit([]);
  });

  it("MAX_COMMIT_RECORDS: takes as many records in a commit, and not one more", () => {
    const store = mountSurely(makeFlash(8));
    const changes = Array.from({ length: MAX_COMMIT_RECORDS }, (_, index) => ({
      domain: "many",
      key: `k${index}`,
      value: new Uint8Array([index]),
    }));
    store.commit(changes);
    assert.equal(store.keys("many").length, MAX_COMMIT_RECORDS);
    const more = [...changes, { domain: "many", key: "one-more", value: undefined }];
    assert.throws(() => store.commit(more), RangeError, `${MAX_COMMIT_RECORDS + 1}`);
  });

  it("maxChunks: takes as many chunks, replaces them, and takes not one more", () => {
    const store = mountSurely(makeFlash(), 3);
    const storage = store.open({ path: "a" });
    storage.write("two", new Uint8Array(CHUNK_BYTES + 1));
    storage.write("one", new Uint8Array(CHUNK_BYTES));
    storage.write("one", new Uint8Array(1));
    assert.throws(() => storage.write("more", new Uint8Array(0)), StorageFullError, "at most 3 chunks");
    assert.throws(() => storage.write("one", new Uint8Array(CHUNK_BYTES + 1)), StorageFullError);
    storage.delete("one");
    storage.write("more", new Uint8Array(0));
    assert.equal(MAX_STORED_CHUNKS, 512);
  });

  it("answers full, loses nothing, still deletes, and has room again", () => {
    const flash = makeFlash();
    const store = mountSurely(flash);
    const storage = store.open({ path: "full" });
    let count = 0;
    const fill = (): void => {
      for (;;) {
        storage.write(`k${count}`, new Uint8Array(100).fill(count));
        count += 1;
      }
    };
    assert.throws(fill, StorageFullError, "expected at most");
    const { usedBytes, capacityBytes } = store.status;
    assert.ok(usedBytes > capacityBytes - 250, `${usedBytes} of ${capacityBytes}`);
    const before = flash.operations;
    assert.throws(fill, StorageFullError);
    assert.equal(flash.operations, before, "a refusal wears nothing");
    const again = mountSurely(flash).open({ path: "full" });
    for (let index = 0; index < count; index += 1)
      assert.deepEqual(bytes(again.read(`k${index}`)), new Uint8Array(100).fill(index));
    for (let index = 0; index < count; index += 1) storage.delete(`k${index}`);
    assert.equal(store.status.usedBytes, 0);
    storage.write("k0", new Uint8Array(4000));
  });

  it("takes a flash at the limits of its geometry, and none past them", () => {
    for (const [blocks, blockLength, writeAlign] of [
      [MIN_BLOCKS, MIN_BLOCK_BYTES, 1],
      [MIN_BLOCKS, MIN_BLOCK_BYTES, MAX_WRITE_ALIGN],
    ] as const) {
      const storage = mountSurely(makeFlash(blocks, blockLength, writeAlign)).open({ path: "a" });
      for (let value = 0; value < 100; value += 1) storage.write("key", new Uint8Array([value]));
      assert.deepEqual(bytes(storage.read("key")), new Uint8Array([99]));
    }
    for (const [blocks, blockLength, writeAlign, text] of [
      [MIN_BLOCKS - 1, MIN_BLOCK_BYTES, 1, "2 blocks"],
      [MIN_BLOCKS, MIN_BLOCK_BYTES - 256, 1, "at least 2048 bytes"],
      [MIN_BLOCKS, MIN_BLOCK_BYTES, MAX_WRITE_ALIGN * 2, "up to 64"],
      [MIN_BLOCKS, MIN_BLOCK_BYTES, 3, "power of two"],
    ] as const)
      assert.throws(() => mountSurely(makeFlash(blocks, blockLength, writeAlign)), RangeError, text);
  });

  it("leaves the storage of another write unit alone", () => {
    const flash = makeFlash();
    mountSurely(flash)
      .open({ path: "a" })
      .write("key", new Uint8Array([1]));
    const asOther: Flash = {
      status: () => ({ ...flash.status(), writeAlign: 8 }),
      read: (buffer, byteOffset) => flash.read(buffer, byteOffset),
      write: (buffer, byteOffset) => flash.write(buffer, byteOffset),
      eraseBlock: (start, end) => flash.eraseBlock(start, end),
      close: () => flash.close(),
    };
    assert.throws(() => new FlashKeyValue(asOther), StorageFormatError, "units of 8, got 1 in units of 4");
  });

  it("holds the clock's last known time", () => {
    const flash = makeFlash();
    const time = new LastKnownTime(mountSurely(flash));
    for (let hours = 0; hours < 24; hours += 1)
      time.note(START_MS + hours * 3_600_000, START_MS + hours * 3_600_000 + 10);
    const last = START_MS + Math.floor(23 / 6) * SAVE_INTERVAL_MS;
    assert.equal(new LastKnownTime(mountSurely(flash)).unixMs, last);
  });
});
