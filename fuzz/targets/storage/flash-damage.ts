/**
 * Storage in raw flash after any damage that repairs no checksum (docs/storage.md, "What is promised"). An input is the
 * number of a life that the storage has led, how often it is written to after the damage, and then for each damaged byte
 * its offset in two bytes and the bits that flip.
 */

import assert from "node:assert/strict";
import type { FlashFault } from "../../../src/storage/flash/fault.js";
import { FlashKeyValue } from "../../../src/storage/flash/key-value.js";
import { StorageCorruptError } from "../../../src/storage/limits.js";
import { SeededRandom } from "../../../simulators/random.js";
import type { Target } from "../../target.js";
import { GEOMETRY, ImageFlash } from "./image.js";

const { blocks, blockLength } = GEOMETRY;
const LIVES = 16;
const COMMITS = 60;
const KEYS = 6;
const DOMAIN = "a";
const NEW_KEY = "new";
const WRITE_BYTES = 400;
const MAX_WRITES = 20;
const HEAD_BYTES = 2;
const FLIP_BYTES = 3;

type Contents = Map<string, string>;

/** A flash memory that has been in use for a while. */
interface Life {
  readonly image: Uint8Array;
  readonly contents: Contents;
  /** All values that were ever stored, as `key value`. */
  readonly history: ReadonlySet<string>;
  /** Values that were stored alone and in one record, and the block in which it stands. */
  readonly blockOf: ReadonlyMap<string, number>;
  /** The last block of the log. */
  readonly newest: number;
}

interface Damaged {
  readonly flash: ImageFlash;
  readonly store: FlashKeyValue;
  readonly faults: readonly FlashFault[];
}

function read(store: FlashKeyValue, key: string): string | undefined {
  const value = store.read(DOMAIN, key);
  return value === undefined ? undefined : new Uint8Array(value).join();
}

function live(seed: number): Life {
  const random = new SeededRandom(seed);
  const flash = new ImageFlash();
  const store = new FlashKeyValue(flash);
  const contents: Contents = new Map();
  const history = new Set<string>();
  const alone = new Set<string>();
  for (let commit = random.integer(1, COMMITS); commit > 0; commit -= 1) {
    const count = random.chance(0.7) ? 1 : random.integer(2, 4);
    const changes = Array.from({ length: count }, () => {
      const value = new Uint8Array(random.integer(0, random.chance(0.1) ? 700 : 60));
      random.fill(value);
      const key = `k${random.integer(0, KEYS - 1)}`;
      return { domain: DOMAIN, key, value: random.chance(0.15) ? undefined : value };
    });
    store.commit(changes);
    for (const { key, value } of changes) {
      if (value === undefined) contents.delete(key);
      else contents.set(key, value.join());
      history.add(`${key} ${value?.join()}`);
      if (count === 1 && value !== undefined && value.length <= 512) alone.add(key);
      else alone.delete(key);
    }
  }
  const blockOf = new Map<string, number>();
  for (const key of alone) {
    read(store, key);
    blockOf.set(key, flash.lastRead);
  }
  return { image: flash.bytes, contents, history, blockOf, newest: flash.lastWritten };
}

const lives = Array.from({ length: LIVES }, (_, seed) => live(seed));

function lifeOf(input: Uint8Array): Life {
  return lives[(input[0] ?? 0) % LIVES]!;
}

/** The bytes that an input damages: offset and bits. */
function* flipsOf(input: Uint8Array): Generator<readonly [byteOffset: number, mask: number]> {
  for (let at = HEAD_BYTES; at + FLIP_BYTES <= input.length; at += FLIP_BYTES)
    yield [((input[at]! << 8) | input[at + 1]!) % (blocks * blockLength), input[at + 2]!];
}

/** What can be read. */
function contentsOf(store: FlashKeyValue): Contents {
  const contents: Contents = new Map();
  for (const key of store.keys(DOMAIN))
    try {
      contents.set(key, read(store, key)!);
    } catch (error) {
      if (!(error instanceof StorageCorruptError)) throw error;
    }
  return contents;
}

/** What stood alone in a block without damage is there; what is there was stored once; what is lost was reported. */
function checkContents(found: Contents, life: Life, touched: ReadonlySet<number>, faults: number): void {
  const { contents, history, blockOf, newest } = life;
  for (const [key, block] of blockOf)
    if (!touched.has(block)) assert.equal(found.get(key), contents.get(key), `${key} in block ${block}`);
  for (const [key, value] of found) assert.ok(history.has(`${key} ${value}`), `${key} was never ${value}`);
  // In the last block damage may look like a write that was torn.
  if (!touched.has(newest) && faults === 0) assert.deepEqual(found, contents, "lost, and nothing reported");
}

export const flashDamage: Target<Damaged> = {
  name: "flash-damage",
  errors: [],
  maxBytes: 64,
  parse(input) {
    const flash = new ImageFlash(lifeOf(input).image);
    for (const [byteOffset, mask] of flipsOf(input)) flash.bytes[byteOffset]! ^= mask;
    const faults: FlashFault[] = [];
    return { flash, faults, store: new FlashKeyValue(flash, { onFault: (fault) => faults.push(fault) }) };
  },
  check({ flash, store, faults }, input) {
    const touched = new Set<number>();
    for (const [byteOffset] of flipsOf(input)) touched.add(Math.floor(byteOffset / blockLength));
    const expected = contentsOf(store);
    checkContents(expected, lifeOf(input), touched, faults.length);
    for (let count = (input[1] ?? 0) % (MAX_WRITES + 1); count > 0; count -= 1) {
      const value = new Uint8Array(WRITE_BYTES).fill(count);
      store.commit([{ domain: DOMAIN, key: NEW_KEY, value }]);
      expected.set(NEW_KEY, value.join());
    }
    assert.deepEqual(contentsOf(store), expected, "after writing");
    assert.deepEqual(contentsOf(new FlashKeyValue(flash)), expected, "after a restart");
  },
  compose(random) {
    const input = new Uint8Array(HEAD_BYTES + FLIP_BYTES * random.integer(1, 8));
    random.fill(input);
    // Every other byte of a record's head or header matters more than what lies far behind.
    for (let at = HEAD_BYTES; at < input.length; at += FLIP_BYTES)
      if (random.chance(0.5)) input[at] = 8 * random.integer(0, blocks - 1);
    return input;
  },
};
