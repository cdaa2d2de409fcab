import { assert, describe, it, NorFlash, SeededRandom } from "../../../portable.js";
import { FlashKeyValue } from "../../../../src/storage/flash/key-value.js";
import { applyTo, contentsOf, isSame, makeCommit, type Contents } from "./scenario.js";
import { COMPACTED, MAX_PREFIX_BYTES, RecordBuffer } from "../../../../src/storage/flash/record.js";
import { StorageCorruptError, StorageWornError } from "../../../../src/storage/limits.js";

const BLOCK_BYTES = 4096;
/** Two block headers, then a record's head, with writes of 1. */
const HEADER_BYTES = 28;
const FIRST_HEAD = 2 * HEADER_BYTES;
const FIRST_BODY = FIRST_HEAD + 16;

interface Lab {
  readonly flash: NorFlash;
  /** What was reported since the start, as `kind block`. */
  readonly faults: string[];
  mount(): FlashKeyValue;
}

/** Knows to which block was written last. */
class WatchedFlash extends NorFlash {
  lastWritten = 0;

  constructor(blockLength: number) {
    super({ blocks: 4, blockLength, random: new SeededRandom(1) });
  }

  override write(buffer: Uint8Array, byteOffset: number): void {
    this.lastWritten = Math.floor(byteOffset / this.status().blockLength);
    super.write(buffer, byteOffset);
  }
}

function makeLab(blocks = 4): Lab {
  const flash = new NorFlash({ blocks, blockLength: BLOCK_BYTES, random: new SeededRandom(blocks) });
  const faults: string[] = [];
  const mount = (): FlashKeyValue =>
    new FlashKeyValue(flash, { onFault: ({ kind, block }) => faults.push(`${kind} ${block}`) });
  return { flash, faults, mount };
}

function put(store: FlashKeyValue, key: string, ...value: number[]): void {
  putBytes(store, key, new Uint8Array(value));
}

/** The same for more bytes than a device's stack has room for. */
function putBytes(store: FlashKeyValue, key: string, value: Uint8Array): void {
  store.commit([{ domain: "a", key, value }]);
}

function get(store: FlashKeyValue, key: string): number[] | undefined {
  const value = store.read("a", key);
  return value === undefined ? undefined : [...new Uint8Array(value)];
}

/** Fills blocks 0, 1 and the start of 2 with eight values of a chunk and a small one each. */
function fillBlocks(store: FlashKeyValue): void {
  for (let number = 0; number < 16; number += 1)
    store.commit([{ domain: "a", key: `k${number}`, value: new Uint8Array(500).fill(number) }]);
}

function present(store: FlashKeyValue): number[] {
  const numbers: number[] = [];
  for (let number = 0; number < 16; number += 1)
    if (store.read("a", `k${number}`) !== undefined) numbers.push(number);
  return numbers;
}

/** Where marks of compaction stand. */
function marksIn(flash: NorFlash): number[] {
  const record = new RecordBuffer(MAX_PREFIX_BYTES);
  const marks: number[] = [];
  const memory = new Uint8Array(4 * BLOCK_BYTES);
  flash.read(memory, 0);
  for (let at = memory.indexOf(COMPACTED); at >= 0; at = memory.indexOf(COMPACTED, at + 1)) {
    record.bytes.set(memory.subarray(at, at + MAX_PREFIX_BYTES));
    if (record.headIsWhole()) marks.push(at);
  }
  return marks;
}

const ALL = Array.from({ length: 16 }, (_, number) => number);

describe("faults of flash memory", () => {
  it("a damaged body costs its record only, and is reported", () => {
    const { flash, faults, mount } = makeLab();
    fillBlocks(mount());
    flash.corrupt(FIRST_BODY + 100, 0x10);
    const store = mount();
    assert.deepEqual(faults, ["record 0"]);
    assert.deepEqual(present(store), ALL.slice(1));
  });

  it("a damaged head costs its record only, and is reported", () => {
    const { flash, faults, mount } = makeLab();
    fillBlocks(mount());
    flash.corrupt(BLOCK_BYTES + FIRST_HEAD + 3, 0x01);
    const store = mount();
    assert.deepEqual(faults, ["block 1"]);
    assert.deepEqual(
      present(store),
      ALL.filter((number) => number !== 7),
    );
    // What is behind it is copied, too.
    for (let round = 0; round < 200; round += 1) put(store, "more", round);
    assert.deepEqual(
      present(mount()),
      ALL.filter((number) => number !== 7),
    );
  });

  it("a damaged head in the last block is no torn write, and reported", () => {
    const { flash, faults, mount } = makeLab();
    const store = mount();
    put(store, "before", 1);
    const { bytesWritten } = flash;
    put(store, "damaged", 2);
    put(store, "after", 3);
    flash.corrupt(bytesWritten + 4, 0x01);
    const again = mount();
    assert.deepEqual(faults, ["block 0"]);
    assert.deepEqual(
      ["before", "damaged", "after"].map((key) => get(again, key)),
      [[1], undefined, [3]],
    );
    put(again, "next", 4);
    const last = mount();
    assert.deepEqual([get(last, "before"), get(last, "after"), get(last, "next")], [[1], [3], [4]]);
  });

  it("a damaged block header costs nothing, both of its copies their block only", () => {
    const { flash, faults, mount } = makeLab();
    fillBlocks(mount());
    for (let block = 0; block < 3; block += 1)
      flash.corrupt(block * BLOCK_BYTES + (block % 2) * HEADER_BYTES + 9, 0x80);
    assert.deepEqual(present(mount()), ALL);
    assert.deepEqual(faults, []);
    flash.corrupt(BLOCK_BYTES + 9, 0x80);
    const store = mount();
    assert.deepEqual(faults, ["missing 2"]);
    assert.deepEqual(
      present(store),
      ALL.filter((number) => number < 7 || number >= 14),
    );
    for (let round = 0; round < 100; round += 1) put(store, "more", round);
    assert.deepEqual(get(mount(), "more"), [99]);
  });

  it("either mark of a block that was given back may be damaged: the block stays free, and nothing is lost", () => {
    for (const which of [0, 1]) {
      const { flash, faults, mount } = makeLab();
      const store = mount();
      fillBlocks(store);
      while (marksIn(flash).length === 0) for (let round = 0; round < 20; round += 1) put(store, "more", 1);
      assert.equal(marksIn(flash).length, 2);
      flash.corrupt(marksIn(flash)[which]!, 0x10);
      const again = mount();
      assert.ok(faults.length === 1 && again.isDamaged, faults.join());
      assert.deepEqual(present(again), ALL);
      assert.equal(again.status.usedBytes, store.status.usedBytes);
      const { operations } = flash;
      put(again, "more", 2);
      // No compaction is needed once more.
      assert.ok(flash.operations - operations <= 3, `${flash.operations - operations} operations`);
    }
  });

  it("says that it is damaged where something may be lost, and not where a block refuses to be written", () => {
    const { flash, mount } = makeLab();
    const store = mount();
    put(store, "first", 1);
    flash.wearOut(0);
    put(store, "more", 1);
    assert.equal(store.status.faults, 1);
    assert.ok(!store.isDamaged && store.open({ path: "a" }).isDamaged === false);
    flash.corrupt(FIRST_BODY + 1, 0x10);
    for (let round = 0; round < 500; round += 1) put(store, "more", round);
    assert.ok(store.isDamaged && store.open({ path: "a" }).isDamaged === true);
  });

  it("what is damaged while the storage is in use is never given out, and is reported when it is to be moved", () => {
    const { flash, faults, mount } = makeLab();
    const store = mount();
    fillBlocks(store);
    flash.corrupt(FIRST_BODY + 100, 0x10);
    assert.throws(() => store.read("a", "k0"), StorageCorruptError, '"k0" in "a", got chunk 0 damaged');
    for (let round = 0; round < 200; round += 1) put(store, "more", round);
    assert.deepEqual(faults, ["record 0"]);
    assert.equal(store.read("a", "k0"), undefined);
    assert.deepEqual(present(mount()), ALL.slice(1));
    assert.deepEqual(faults, ["record 0"]);
  });

  it("a head damaged while the storage is in use costs its record", () => {
    const { flash, faults, mount } = makeLab();
    const store = mount();
    fillBlocks(store);
    flash.corrupt(FIRST_HEAD + 5, 0x10);
    for (let round = 0; round < 200; round += 1) put(store, "more", round);
    assert.deepEqual(faults, ["block 0"]);
    assert.deepEqual(present(mount()), ALL.slice(1));
  });

  it("a commit of which a record is damaged does not count at all", () => {
    const { flash, faults, mount } = makeLab();
    const store = mount();
    put(store, "x", 1);
    put(store, "y", 1);
    const { bytesWritten } = flash;
    store.commit([
      { domain: "a", key: "x", value: new Uint8Array([2]) },
      { domain: "a", key: "y", value: new Uint8Array([2]) },
      { domain: "a", key: "z", value: new Uint8Array([2]) },
    ]);
    put(store, "last", 3);
    // The body of the second of the three records, each 23 bytes.
    flash.corrupt(bytesWritten + 23 + 17, 0x01);
    const again = mount();
    assert.deepEqual(
      ["x", "y", "z", "last"].map((key) => get(again, key)),
      [[1], [1], undefined, [3]],
    );
    assert.deepEqual(faults, ["record 0"]);
  });

  it("what is left of a damaged commit does not come back when the block before it is given back", () => {
    const value = new Uint8Array(300).fill(1);
    const recordBytes = 20 + 2 + value.length;
    for (let damaged = 0; damaged < 3; damaged += 1) {
      const { flash, mount } = makeLab();
      const store = mount();
      // They leave room for the first record of the commit only: the others begin the next block.
      for (let count = 0; count < 7; count += 1) putBytes(store, "filler", new Uint8Array(480));
      const first = flash.bytesWritten;
      store.commit(["x", "y", "z"].map((key) => ({ domain: "a", key, value })));
      const starts = [first, BLOCK_BYTES + FIRST_HEAD, BLOCK_BYTES + FIRST_HEAD + recordBytes];
      flash.corrupt(starts[damaged]! + 100, 0x04);
      for (let round = 0; round < 40; round += 1) {
        const again = mount();
        for (const key of ["x", "y", "z"])
          assert.ok(again.read("a", key) === undefined, `${key}, record ${damaged} of its commit is damaged`);
        putBytes(again, "more", new Uint8Array(400));
      }
    }
  });

  it("a block that refuses writes while it is written to leaves a spare one behind", () => {
    for (let failing = 1; failing < 40; failing += 3) {
      const flash = new WatchedFlash(BLOCK_BYTES);
      const random = new SeededRandom(failing);
      const store = new FlashKeyValue(flash);
      const last = new Map<string, number>();
      for (let round = 0; round < 80; round += 1) {
        if (round === failing) flash.wearOut(flash.lastWritten);
        const key = `k${random.integer(0, 9)}`;
        putBytes(store, key, new Uint8Array(400).fill(round));
        last.set(key, round);
      }
      assert.equal(store.status.failedBlocks, 1);
      const again = new FlashKeyValue(flash);
      for (const [key, round] of last) assert.equal(get(again, key)?.[0], round, `${key}, ${failing}`);
    }
  });

  it("a block that refuses writes gets no more of them, and nothing is lost", () => {
    const { flash, faults, mount } = makeLab(5);
    const store = mount();
    fillBlocks(store);
    flash.wearOut(2);
    for (let round = 0; round < 400; round += 1) put(store, "more", round % 256);
    assert.deepEqual(faults, ["write 2"]);
    assert.deepEqual(present(store), ALL);
    assert.equal(store.status.failedBlocks, 1);
    assert.deepEqual(present(mount()), ALL);
  });

  it("a block that refuses to be erased is passed over, after a restart as well", () => {
    const { flash, faults, mount } = makeLab();
    const store = mount();
    put(store, "first", 1);
    flash.wearOut(2);
    for (let round = 0; round < 400; round += 1) put(store, "more", round % 256);
    assert.deepEqual(faults, ["erase 2"]);
    const again = mount();
    assert.deepEqual([get(again, "first"), get(again, "more")], [[1], [399 % 256]]);
    for (let round = 0; round < 400; round += 1) put(again, "more", round % 256);
    assert.deepEqual(faults, ["erase 2", "erase 2"]);
    assert.deepEqual(get(mount(), "more"), [399 % 256]);
  });

  it("after a read that fails the storage goes on with the old contents or the new", () => {
    let failures = 0;
    for (let failing = 8; failing < 900; failing += 101) {
      const random = new SeededRandom(failing);
      const flash = new NorFlash({ blocks: 3, blockLength: 2048, random: random.fork("flash") });
      let reads = -Infinity;
      const store = new FlashKeyValue({
        status: () => flash.status(),
        read: (buffer, byteOffset) => {
          reads += 1;
          if (reads === failing) throw new Error("this read fails");
          return flash.read(buffer, byteOffset);
        },
        write: (buffer, byteOffset) => flash.write(buffer, byteOffset),
        eraseBlock: (start, end) => flash.eraseBlock(start, end),
        close: () => flash.close(),
      });
      reads = 0;
      let expected: Contents = new Map();
      for (let commit = 0; commit < 25; commit += 1) {
        const changes = makeCommit({ random, keys: 9, maxBytes: 600, maxChanges: 3 });
        const next = new Map(expected);
        applyTo(next, changes);
        try {
          store.commit(changes);
          expected = next;
        } catch {
          failures += 1;
          const found = contentsOf(store);
          assert.ok(isSame(found, expected) || isSame(found, next), `read ${failing}`);
          expected = found;
        }
      }
      assert.ok(isSame(contentsOf(new FlashKeyValue(flash)), expected), `read ${failing}`);
    }
    assert.ok(failures > 0, `${failures} commits failed`);
  });

  it("whatever bits flip, the storage starts, gives no value that was never stored, and takes new ones", () => {
    let lost = 0;
    for (let seed = 1; seed <= 12; seed += 1) {
      const random = new SeededRandom(seed);
      const flash = new NorFlash({ blocks: 3, blockLength: 2048, random: random.fork("flash") });
      const store = new FlashKeyValue(flash);
      const history = new Set<string>();
      let expected: Contents = new Map();
      for (let commit = 0; commit < 30; commit += 1) {
        const changes = makeCommit({ random, keys: 9, maxBytes: 200, maxChanges: 3 });
        const next = new Map(expected);
        applyTo(next, changes);
        store.commit(changes);
        expected = next;
        for (const [name, value] of next) history.add(`${name} ${value}`);
      }
      for (let flips = random.integer(1, 12); flips > 0; flips -= 1)
        flash.corrupt(random.integer(0, 3 * 2048 - 1), 1 << random.integer(0, 7));
      const again = new FlashKeyValue(flash);
      let found: Contents = new Map();
      try {
        found = contentsOf(again);
      } catch (error) {
        assert.ok(error instanceof StorageCorruptError, String(error));
      }
      for (const [name, value] of found) assert.ok(history.has(`${name} ${value}`), `${name}, seed ${seed}`);
      if (!isSame(found, expected)) lost += 1;
      for (let round = 0; round < 40; round += 1) put(again, "new", round);
      assert.deepEqual(get(new FlashKeyValue(flash), "new"), [39]);
    }
    assert.ok(lost > 2, `${lost} times something was lost`);
  });

  it("when no block can be written any more everything can still be read", () => {
    const { flash, mount } = makeLab();
    const store = mount();
    fillBlocks(store);
    for (let block = 0; block < 4; block += 1) flash.wearOut(block);
    assert.throws(() => put(store, "more", 1), StorageWornError);
    assert.throws(() => put(store, "more", 1), Error);
    assert.deepEqual(present(store), ALL);
    assert.deepEqual(present(mount()), ALL);
  });

  it("a memory on which nothing can be written holds nothing, and says so", () => {
    const { flash, mount } = makeLab();
    for (let block = 0; block < 4; block += 1) flash.wearOut(block);
    const store = mount();
    assert.throws(() => put(store, "key", 1), StorageWornError);
    assert.equal(get(store, "key"), undefined);
  });
});
