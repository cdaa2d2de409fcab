/** Blocks and records whose checksums are right and whose contents no storage has written. */

import { assert, describe, it, NorFlash, SeededRandom } from "../../../portable.js";
import { concatBytes } from "../../../../src/bytes/concat.js";
import {
  BLOCK_HEADER_BYTES,
  encodeBlockHeader,
  PURPOSE_DATA,
  type BlockHeader,
} from "../../../../src/storage/flash/block-header.js";
import { MAX_SEQUENCE } from "../../../../src/storage/flash/block-table.js";
import { FlashKeyValue } from "../../../../src/storage/flash/key-value.js";
import {
  CHUNK_BYTES,
  COMPACTED,
  COPY,
  encodeName,
  MAX_CHUNKS,
  MAX_RECORD_BYTES,
  RECORD_OVERHEAD_BYTES,
  RecordBuffer,
  VALUE,
} from "../../../../src/storage/flash/record.js";
import { StorageWornError } from "../../../../src/storage/limits.js";

const BLOCK_BYTES = 2048;
const NAME = encodeName("a", "key");
const DATA_LENGTH_OFFSET = 2;
const VALUE_LENGTH_OFFSET = 8;
const CHUNK_OFFSET = 10;

function makeHeader(change: Partial<BlockHeader>): Uint8Array {
  const bytes = encodeBlockHeader(
    {
      purpose: PURPOSE_DATA,
      sequence: 5,
      oldest: 5,
      oldestIsBroken: false,
      previous: 4,
      previousEnd: 0,
      ...change,
    },
    1,
  );
  return concatBytes([bytes, bytes]);
}

function makeRecord(
  length: number,
  change: (view: DataView) => void = () => undefined,
  name = NAME,
): Uint8Array {
  const record = new RecordBuffer(MAX_RECORD_BYTES);
  record.set(VALUE, 1, name, { index: 0, commits: true });
  record.setChunk(new Uint8Array(length).fill(7), 0);
  change(new DataView(record.bytes.buffer));
  record.seal();
  return record.bytes.slice(0, record.size);
}

function makeMark(version: number): Uint8Array {
  const record = new RecordBuffer(MAX_RECORD_BYTES);
  record.set(COMPACTED, version, new Uint8Array(1), { index: 0, commits: false });
  record.seal();
  return record.bytes.slice(0, record.size);
}

interface Lab {
  readonly flash: NorFlash;
  readonly faults: string[];
  mount(): FlashKeyValue;
}

/** A flash whose blocks begin with these bytes. */
function makeLab(...contents: readonly Uint8Array[]): Lab {
  const flash = new NorFlash({ blocks: 4, blockLength: BLOCK_BYTES, random: new SeededRandom(1) });
  contents.forEach((bytes, block) => {
    if (bytes.length > 0) flash.write(bytes, block * BLOCK_BYTES);
  });
  const faults: string[] = [];
  const mount = (): FlashKeyValue =>
    new FlashKeyValue(flash, { onFault: ({ kind, block }) => faults.push(`${kind} ${block}`) });
  return { flash, faults, mount };
}

/** Writes three blocks full. */
function assertTakesValues(store: FlashKeyValue): void {
  for (let count = 0; count < 12; count += 1)
    store.commit([{ domain: "a", key: "new", value: new Uint8Array(CHUNK_BYTES).fill(count) }]);
  assert.deepEqual(new Uint8Array(store.read("a", "new")!), new Uint8Array(CHUNK_BYTES).fill(11));
}

describe("forged contents of storage in flash", () => {
  for (const [what, change] of [
    ["follows itself", { previous: 5 }],
    ["follows a later one", { previous: 6 }],
    ["begins the log behind itself", { oldest: 6 }],
    ["has a log without a start", { oldest: 0 }],
    ["has no number", { sequence: 0, oldest: 0, previous: 0 }],
  ] as const)
    it(`a block that ${what} is free`, () => {
      const { faults, mount } = makeLab(concatBytes([makeHeader(change), makeRecord(3)]));
      const store = mount();
      assert.equal(store.read("a", "key"), undefined);
      assert.deepEqual(faults, []);
      assertTakesValues(store);
      assertTakesValues(mount());
    });

  for (const [what, change] of [
    ["a value of more than 4000 bytes", (view: DataView) => view.setUint16(VALUE_LENGTH_OFFSET, 4001)],
    ["more data than its value has", (view: DataView) => view.setUint16(VALUE_LENGTH_OFFSET, 2)],
    ["less data than its chunk has", (view: DataView) => view.setUint16(VALUE_LENGTH_OFFSET, 4)],
    ["a chunk behind its value", (view: DataView) => view.setUint8(CHUNK_OFFSET, 1)],
    ["a chunk that no value has", (view: DataView) => view.setUint8(CHUNK_OFFSET, MAX_CHUNKS)],
    [
      "a chunk that is too long",
      (view: DataView) => {
        view.setUint16(DATA_LENGTH_OFFSET, CHUNK_BYTES + 1);
        view.setUint16(VALUE_LENGTH_OFFSET, CHUNK_BYTES + 1);
      },
    ],
    ["a kind that there is not", (view: DataView) => view.setUint8(0, 0x80 | (COMPACTED + 1))],
    ["no kind", (view: DataView) => view.setUint8(0, 0x80)],
    ["data behind a deletion", (view: DataView) => view.setUint8(0, 0x82)],
  ] as const)
    it(`a record with ${what} is damaged, and nothing before it is lost`, () => {
      const before = makeRecord(5);
      const { faults, mount } = makeLab(concatBytes([makeHeader({}), before, makeRecord(3, change)]));
      const store = mount();
      assert.deepEqual(new Uint8Array(store.read("a", "key")!), new Uint8Array(5).fill(7));
      assert.deepEqual(faults, ["block 0"]);
      assertTakesValues(store);
      assert.deepEqual(new Uint8Array(mount().read("a", "key")!), new Uint8Array(5).fill(7));
    });

  it("a record with a chunk at the limits is read", () => {
    const first = makeRecord(CHUNK_BYTES, (view) => view.setUint16(VALUE_LENGTH_OFFSET, CHUNK_BYTES + 1));
    const second = makeRecord(1, (view) => {
      view.setUint8(0, COPY);
      view.setUint16(VALUE_LENGTH_OFFSET, CHUNK_BYTES + 1);
      view.setUint8(CHUNK_OFFSET, 1);
    });
    const { faults, mount } = makeLab(concatBytes([makeHeader({}), first, second]));
    assert.deepEqual(new Uint8Array(mount().read("a", "key")!), new Uint8Array(CHUNK_BYTES + 1).fill(7));
    assert.deepEqual(faults, []);
  });

  it("a mark that gives no start of the log is damaged", () => {
    const { faults, mount } = makeLab(concatBytes([makeHeader({}), makeRecord(3), makeMark(0)]));
    const store = mount();
    assert.deepEqual(new Uint8Array(store.read("a", "key")!), new Uint8Array(3).fill(7));
    assert.deepEqual(faults, ["block 0"]);
    assertTakesValues(store);
  });

  it("a block that was filled when one mark behind it was enough is given back, too", () => {
    const lengths = [CHUNK_BYTES, CHUNK_BYTES, CHUNK_BYTES];
    const overhead = RECORD_OVERHEAD_BYTES + NAME.length - 1;
    const room = BLOCK_BYTES - 2 * BLOCK_HEADER_BYTES - RECORD_OVERHEAD_BYTES;
    lengths.push(room - 3 * (overhead + CHUNK_BYTES) - overhead);
    const records = lengths.map((length, index) =>
      makeRecord(length, () => undefined, encodeName("a", `ke${index}`)),
    );
    const { mount } = makeLab(concatBytes([makeHeader({ previous: 0 }), ...records]));
    const store = mount();
    assertTakesValues(store);
    for (const each of [store, mount()])
      assert.deepEqual(
        lengths.map((_, index) => each.read("a", `ke${index}`)?.byteLength),
        lengths,
      );
  });

  it("MAX_SEQUENCE: takes blocks into use up to that number, and then says that it is worn", () => {
    const sequence = MAX_SEQUENCE - 1;
    const { mount } = makeLab(
      concatBytes([makeHeader({ sequence, oldest: sequence, previous: 0 }), makeRecord(3)]),
    );
    const store = mount();
    const value = new Uint8Array(CHUNK_BYTES);
    const perBlock = Math.floor((BLOCK_BYTES - 2 * BLOCK_HEADER_BYTES) / MAX_RECORD_BYTES);
    for (let count = 0; count < 2 * perBlock; count += 1) store.commit([{ domain: "a", key: "new", value }]);
    assert.throws(() => {
      for (let count = 0; count < 2 * perBlock; count += 1)
        store.commit([{ domain: "a", key: "new", value }]);
    }, StorageWornError);
    for (const each of [store, mount()]) {
      assert.deepEqual(new Uint8Array(each.read("a", "key")!), new Uint8Array(3).fill(7));
      assert.deepEqual(new Uint8Array(each.read("a", "new")!), value);
    }
  });
});
