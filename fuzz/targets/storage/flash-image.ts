/**
 * Storage in raw flash (docs/storage.md) that mounts whatever the flash holds. An input is what its blocks begin with:
 * for each two bytes of length and as many bytes. Before all stands a byte: where its lowest bit is set all checksums are
 * made right, so that what they protect is tried as well; the others are how much less is written afterwards.
 */

import assert from "node:assert/strict";
import { crc32 } from "../../../src/bytes/crc32.js";
import { concatBytes } from "../../../src/bytes/concat.js";
import {
  BLOCK_HEADER_BYTES,
  encodeBlockHeader,
  PURPOSE_COMPACTION,
  PURPOSE_DATA,
} from "../../../src/storage/flash/block-header.js";
import { FlashKeyValue } from "../../../src/storage/flash/key-value.js";
import {
  COMPACTED,
  COPY,
  DELETION,
  encodeName,
  HEAD_BYTES,
  MAX_RECORD_BYTES,
  RECORD_OVERHEAD_BYTES,
  RecordBuffer,
  VALUE,
} from "../../../src/storage/flash/record.js";
import {
  MAX_VALUE_BYTES,
  StorageCorruptError,
  StorageFormatError,
  StorageFullError,
  StorageWornError,
} from "../../../src/storage/limits.js";
import type { SeededRandom } from "../../../simulators/random.js";
import type { Target } from "../../target.js";
import { GEOMETRY, ImageFlash } from "./image.js";

const { blocks, blockLength, writeAlign } = GEOMETRY;
const LENGTH_BYTES = 2;
const FIRST_RECORD = 2 * BLOCK_HEADER_BYTES;
const DOMAIN = "a";
const KEYS = ["k", "l", "m"] as const;
const NEW_KEY = "new";
/** So much is written at most that every block is given back once. */
const WRITES = 12;
const WRITE_BYTES = 500;
/**
 * Reads of a mount: for each block, and for each of the smallest records that fit into the input. Behind a damaged head the
 * next record is looked for in each write unit.
 */
const READS_PER_BLOCK = 24;
const READS_PER_RECORD = 48;

/** What the store says of values: the bytes, or that they are damaged. */
type Contents = ReadonlyMap<string, string>;

function imageOf(input: Uint8Array): Uint8Array {
  const image = new Uint8Array(blocks * blockLength).fill(0xff);
  let rest = input.subarray(1);
  for (let block = 0; block < blocks && rest.length >= LENGTH_BYTES; block += 1) {
    const length = Math.min((rest[0]! << 8) | rest[1]!, blockLength, rest.length - LENGTH_BYTES);
    const start = block * blockLength;
    image.set(rest.subarray(LENGTH_BYTES, LENGTH_BYTES + length), start);
    if ((input[0]! & 1) !== 0) repair(image.subarray(start, start + blockLength));
    rest = rest.subarray(LENGTH_BYTES + length);
  }
  return image;
}

/** Makes the checksums of a block right: of both headers, and of records for as long as one follows the other. */
function repair(block: Uint8Array): void {
  const view = new DataView(block.buffer, block.byteOffset, block.length);
  for (const start of [0, BLOCK_HEADER_BYTES]) {
    const end = start + BLOCK_HEADER_BYTES - 4;
    view.setInt32(end, crc32(block, start, end));
  }
  for (let start = FIRST_RECORD; start + RECORD_OVERHEAD_BYTES <= blockLength && block[start] !== 0xff;) {
    const names = block[start + 1]!;
    const size = RECORD_OVERHEAD_BYTES + (names >> 4) + (names & 15) + view.getUint16(start + 2);
    if (start + size > blockLength) return;
    const head = crc32(block, start, start + 12);
    view.setInt32(start + 12, head);
    view.setInt32(start + size - 4, crc32(block, start + HEAD_BYTES, start + size - 4, head));
    start += Math.ceil(size / writeAlign) * writeAlign;
  }
}

function mount(flash: ImageFlash): FlashKeyValue {
  return new FlashKeyValue(flash, { maxChunks: Infinity });
}

/** Everything that is stored in the domain. Nothing but damage may keep a value from being read. */
function contentsOf(store: FlashKeyValue): Contents {
  const contents = new Map<string, string>();
  for (const key of new Set([...store.keys(DOMAIN), ...KEYS])) {
    try {
      const value = store.read(DOMAIN, key);
      assert.ok(value === undefined || value.byteLength <= MAX_VALUE_BYTES);
      if (value !== undefined) contents.set(key, new Uint8Array(value).join());
    } catch (error) {
      if (!(error instanceof StorageCorruptError)) throw error;
    }
  }
  return contents;
}

/** Writes a value. @returns false where there is no room for it */
function write(store: FlashKeyValue, value: Uint8Array): boolean {
  try {
    store.commit([{ domain: DOMAIN, key: NEW_KEY, value }]);
    return true;
  } catch (error) {
    // What was made up may fill all blocks, the spare one too.
    if (error instanceof StorageFullError || error instanceof StorageWornError) return false;
    throw error;
  }
}

function composeHeader(random: SeededRandom, sequence: number, previousEnd: number): Uint8Array {
  const header = {
    purpose: random.chance(0.7) ? PURPOSE_DATA : PURPOSE_COMPACTION,
    sequence,
    oldest: Math.max(1, sequence - random.integer(0, blocks - 1)),
    oldestIsBroken: random.chance(0.2),
    previous: sequence - 1,
    previousEnd,
  };
  const bytes = encodeBlockHeader(header, writeAlign);
  return concatBytes([bytes, bytes]);
}

function composeRecord(random: SeededRandom, version: number, index: number, commits: boolean): Uint8Array {
  const record = new RecordBuffer(MAX_RECORD_BYTES + writeAlign);
  const kind = random.chance(0.6) ? VALUE : random.integer(DELETION, COMPACTED);
  const name =
    kind === COMPACTED ? new Uint8Array(1) : encodeName(DOMAIN, KEYS[random.integer(0, KEYS.length - 1)]!);
  record.set(kind, version, name, { index, commits });
  if (kind === VALUE || kind === COPY) record.setChunk(new Uint8Array(random.integer(0, 9)).fill(version), 0);
  record.seal();
  return record.bytes.slice(0, Math.ceil(record.size / writeAlign) * writeAlign);
}

export const flashImage: Target<{ readonly flash: ImageFlash; readonly store: FlashKeyValue }> = {
  name: "flash-image",
  errors: [StorageFormatError],
  dictionary: [
    encodeName(DOMAIN, KEYS[0]),
    encodeName(DOMAIN, KEYS[1]),
    Uint8Array.of(0, 0, 0, 1),
    Uint8Array.of(0xff, 0xff, 0xff, 0xff),
    Uint8Array.of(0xff, 0xff, 0xff, 0xfe),
    Uint8Array.of(0, 0, 0, 0),
    Uint8Array.of(VALUE | 0x80, 0x11),
    Uint8Array.of(COMPACTED, 0),
  ],
  parse(input) {
    const flash = new ImageFlash(imageOf(input));
    return { flash, store: mount(flash) };
  },
  check({ flash, store }, input) {
    const records = input.length / RECORD_OVERHEAD_BYTES;
    const most = READS_PER_BLOCK * blocks + READS_PER_RECORD * records;
    assert.ok(flash.reads <= most, `${flash.reads} reads, at most ${most}`);
    assert.ok(store.status.chunks <= records, `${store.status.chunks} chunks`);

    const before = new Map(contentsOf(store));
    for (let count = (input[0] ?? 0) >> 1; count < WRITES; count += 1) {
      const value = new Uint8Array(WRITE_BYTES).fill(count);
      if (write(store, value)) before.set(NEW_KEY, value.join());
    }
    assert.deepEqual(contentsOf(store), before, "after writing");
    // What was made up may read otherwise once parts of it are given back; what was written may not.
    assert.equal(contentsOf(mount(flash)).get(NEW_KEY), before.get(NEW_KEY), "after a restart");
  },
  compose(random) {
    const parts: Uint8Array[] = [Uint8Array.of(1 | (random.integer(0, WRITES - 1) << 1))];
    const first = random.chance(0.9) ? random.integer(1, 4) : 0xffff_ffff - random.integer(0, blocks);
    let version = random.integer(1, 3);
    let end = FIRST_RECORD;
    let index = 0;
    for (let block = 0; block < blocks; block += 1) {
      const records: Uint8Array[] = [];
      for (let count = random.integer(0, 4); count > 0; count -= 1) {
        const commits = random.chance(0.8);
        records.push(composeRecord(random, version, index, commits));
        index = commits ? 0 : index + 1;
        if (commits) version += 1;
      }
      const content = concatBytes([composeHeader(random, first + block, end), ...records]);
      end = content.length;
      parts.push(Uint8Array.of(content.length >> 8, content.length & 0xff), content);
    }
    return concatBytes(parts);
  },
};
