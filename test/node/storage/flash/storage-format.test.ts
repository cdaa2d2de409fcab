/** docs/storage-format.md: a reader that was written from that page alone finds what was stored. */

import assert from "node:assert/strict";
import { NorFlash, SeededRandom } from "../../../portable.js";
import { FlashKeyValue } from "../../../../src/storage/flash/key-value.js";
import { StorageCorruptError, StorageFormatError, StorageFullError } from "../../../../src/storage/limits.js";
import { applyTo, makeCommit, textOf, type Contents } from "../../../portable/storage/flash/scenario.js";
import { OtherFormatError, readLog, type LoggedValues } from "./log-reader.js";

interface Geometry {
  readonly blocks: number;
  readonly blockLength: number;
  readonly writeAlign: number;
}

const GEOMETRIES: Geometry[] = [
  { blocks: 2, blockLength: 2048, writeAlign: 1 },
  { blocks: 4, blockLength: 2048, writeAlign: 4 },
  { blocks: 6, blockLength: 4096, writeAlign: 16 },
  { blocks: 3, blockLength: 8192, writeAlign: 64 },
];
const DAMAGED = "damaged";

function bytesOf(flash: NorFlash): Uint8Array {
  const memory = new Uint8Array(flash.status().size);
  flash.read(memory, 0);
  return memory;
}

function read(flash: NorFlash): LoggedValues {
  const { blockLength, writeAlign } = flash.status();
  return readLog(bytesOf(flash), { blockLength, unit: writeAlign });
}

/** Values as the test keeps them. */
function textsOf(values: LoggedValues): Contents {
  const named = [...values].map(
    ([name, value]) => [name, value === undefined ? DAMAGED : textOf(value)] as const,
  );
  return new Map(named.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function sorted(contents: Contents): Contents {
  return new Map([...contents].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** What our storage finds in the same memory. */
function storedTexts(flash: NorFlash): Contents {
  const store = new FlashKeyValue(flash);
  const contents: Contents = new Map();
  for (const domain of ["a", "time", "a-domain-of-15-"])
    for (const key of store.keys(domain))
      try {
        contents.set(`${domain}/${key}`, textOf(new Uint8Array(store.read(domain, key)!)));
      } catch (error) {
        if (!(error instanceof StorageCorruptError)) throw error;
        contents.set(`${domain}/${key}`, DAMAGED);
      }
  return sorted(contents);
}

const makeLife = (random: SeededRandom): Parameters<typeof makeCommit>[0] => ({
  random,
  keys: 5,
  maxBytes: 1400,
  maxChanges: 3,
  longValues: 0.4,
});

/** Commits until `done`, and what is then stored. */
function commit(store: FlashKeyValue, life: Parameters<typeof makeCommit>[0], stored: Contents): Contents {
  const changes = makeCommit(life);
  const next = new Map(stored);
  applyTo(next, changes);
  try {
    store.commit(changes);
    return next;
  } catch (error) {
    if (!(error instanceof StorageFullError)) throw error;
    return stored;
  }
}

describe("docs/storage-format.md: a reader written from the page finds what was stored", function () {
  for (const geometry of GEOMETRIES) {
    const title = `${geometry.blocks} blocks of ${geometry.blockLength} in units of ${geometry.writeAlign}`;

    it(`after every one of 400 commits, with compaction: ${title}`, () => {
      const random = new SeededRandom(geometry.blockLength + geometry.writeAlign);
      const flash = new NorFlash({ ...geometry, random });
      const store = new FlashKeyValue(flash);
      const life = makeLife(random);
      let stored: Contents = new Map();
      for (let step = 0; step < 400; step += 1) {
        stored = commit(store, life, stored);
        assert.deepEqual(textsOf(read(flash)), sorted(stored), `commit ${step}`);
      }
      assert.ok(Math.min(...flash.wear) > 2, "the log went around");
    });

    it(`after 150 power cuts, each somewhere in a write or an erase: ${title}`, () => {
      const random = new SeededRandom(geometry.blocks + geometry.writeAlign);
      const flash = new NorFlash({ ...geometry, random });
      const life = makeLife(random);
      let stored: Contents = new Map();
      let old = 0;
      for (let cut = 0; cut < 150; cut += 1) {
        const store = new FlashKeyValue(flash);
        flash.cutPower({ atOperation: random.integer(1, 12), afterBytes: random.integer(0, 300) });
        let next = stored;
        while (!flash.isOff) {
          stored = next;
          const changes = makeCommit(life);
          next = new Map(stored);
          applyTo(next, changes);
          try {
            store.commit(changes);
          } catch (error) {
            if (error instanceof StorageFullError) next = stored;
            else if (!flash.isOff) throw error;
          }
        }
        flash.restorePower();
        const found = textsOf(read(flash));
        if (JSON.stringify([...found]) === JSON.stringify([...sorted(stored)])) old += 1;
        else {
          assert.deepEqual(found, sorted(next), `cut ${cut}: neither old nor new`);
          stored = next;
        }
      }
      assert.ok(old > 10, "cuts that left the old values");
    });

    it(`with bits that flipped: what was not hit is found, and our storage finds the same: ${title}`, () => {
      const random = new SeededRandom(geometry.blockLength * geometry.writeAlign);
      let different = 0;
      for (let round = 0; round < 60; round += 1) {
        const flash = new NorFlash({ ...geometry, random });
        const life = makeLife(random);
        const store = new FlashKeyValue(flash);
        const history = new Set<string>();
        let stored: Contents = new Map();
        for (let step = random.integer(20, 60); step > 0; step -= 1) {
          stored = commit(store, life, stored);
          for (const [name, text] of stored) history.add(name + text);
        }
        const written = bytesOf(flash);
        for (let flips = random.integer(1, 4); flips > 0; flips -= 1) {
          let at = random.integer(0, written.length - 1);
          while (written[at] === 0xff) at = random.integer(0, written.length - 1);
          flash.corrupt(at, 1 << random.integer(0, 7));
        }
        const found = textsOf(read(flash));
        for (const [name, text] of found)
          assert.ok(text === DAMAGED || history.has(name + text), `round ${round}: ${name} was never stored`);
        if (JSON.stringify([...found]) !== JSON.stringify([...sorted(stored)])) different += 1;
        assert.deepEqual(storedTexts(flash), found, `round ${round}`);
      }
      assert.ok(different > 5, "damage that cost something");
      assert.ok(different < 60, "damage that cost nothing");
    });
  }

  it("a memory of another write unit is refused, as the storage refuses it", () => {
    const flash = new NorFlash({ blocks: 2, blockLength: 2048, writeAlign: 4, random: new SeededRandom(1) });
    new FlashKeyValue(flash).commit([{ domain: "a", key: "k", value: new Uint8Array(1) }]);
    const other = new NorFlash({ blocks: 2, blockLength: 2048, writeAlign: 16, random: new SeededRandom(1) });
    other.write(bytesOf(flash), 0);
    assert.throws(() => new FlashKeyValue(other), StorageFormatError);
    assert.throws(() => read(other), OtherFormatError);
  });
});
