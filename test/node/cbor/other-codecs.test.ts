/** Our CBOR against cbor-x: the values of appendix A and 10,000 random ones, in both directions. */

import assert from "node:assert/strict";
import { decode as decodeByCbor2, Simple } from "cbor2";
import { Encoder, Tag } from "cbor-x";
import { fromHex, toHex } from "../../../src/bytes/hex.js";
import { readBignum, writeBignum } from "../../../src/cbor/bignum.js";
import { deterministic } from "../../../src/cbor/deterministic.js";
import { ARRAY, BYTE_STRING, MAP, TAG, TEXT_STRING } from "../../../src/cbor/major-type.js";
import { CborReader } from "../../../src/cbor/reader.js";
import { CborWriter } from "../../../src/cbor/writer.js";
import { SeededRandom } from "../../../simulators/random.js";
import { appendixA } from "../../portable/cbor/appendix-a.js";

const other = new Encoder({ useRecords: false, mapsAsObjects: false, tagUint8Array: false });

/** Simple values without a meaning, and strings in chunks: cbor2 is asked in its place. */
const NOT_READ_BY_CBOR_X = Object.freeze(["f0", "f8ff", "5f42010243030405ff", "7f657374726561646d696e67ff"]);

/** A value as cbor-x has it: integers that a number holds are numbers. */
function read(reader: CborReader): unknown {
  switch (reader.peekMajorType()) {
    case BYTE_STRING:
      return reader.readBytes();
    case TEXT_STRING:
      return reader.readText();
    case ARRAY: {
      const items: unknown[] = [];
      for (let left = reader.readArray(); reader.hasMore(left); left -= 1) items.push(read(reader));
      return items;
    }
    case MAP: {
      const pairs = new Map<unknown, unknown>();
      for (let left = reader.readMap(); reader.hasMore(left); left -= 1)
        pairs.set(read(reader), read(reader));
      return pairs;
    }
    case TAG: {
      const initial = reader.peek();
      if (initial === 0xc2 || initial === 0xc3) return readBignum(reader);
      const tag = Number(reader.readTag());
      const content = read(reader);
      return tag <= 1
        ? new Date(tag === 0 ? String(content) : Number(content) * 1000)
        : new Tag(content, tag);
    }
    default:
      return readScalar(reader);
  }
}

function readScalar(reader: CborReader): unknown {
  if (reader.nextIsInteger()) return reader.readInteger();
  if (reader.nextIsFloat()) return reader.readFloat();
  if (reader.readNull()) return null;
  if (reader.readUndefined()) return undefined;
  return reader.peek() === 0xf4 || reader.peek() === 0xf5
    ? reader.readBoolean()
    : new Simple(reader.readSimple());
}

function readAll(bytes: Uint8Array): unknown {
  const reader = new CborReader(bytes);
  const value = read(reader);
  reader.finish();
  return value;
}

function write(writer: CborWriter, value: unknown): void {
  if (typeof value === "bigint") writeBignum(writer, value);
  else if (typeof value === "number")
    if (Number.isSafeInteger(value)) writer.integer(value);
    else writer.float(value);
  else if (typeof value === "string") writer.text(value);
  else if (typeof value === "boolean") writer.boolean(value);
  else if (value === null) writer.null();
  else if (value === undefined) writer.undefined();
  else if (value instanceof Uint8Array) writer.byteString(value);
  else if (value instanceof Tag) write(writer.tag(value.tag), value.value);
  else if (value instanceof Map) {
    writer.map(value.size);
    for (const [key, content] of value) {
      write(writer, key);
      write(writer, content);
    }
  } else if (Array.isArray(value)) {
    writer.array(value.length);
    for (const item of value) write(writer, item);
  } else assert.fail("no value that the test makes");
}

/**
 * What is the same in both has one form: cbor-x has bigints for all integers of eight bytes, and writes -0 as 0.
 */
function comparable(value: unknown): unknown {
  if (value === 0) return 0;
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  if (value instanceof Uint8Array) return { hex: toHex(value) };
  if (value instanceof Tag) return new Tag(comparable(value.value), value.tag);
  if (value instanceof Map)
    return new Map([...value].map(([key, content]) => [comparable(key), comparable(content)]));
  return Array.isArray(value) ? value.map(comparable) : value;
}

function assertSame(ours: unknown, theirs: unknown, hint?: string): void {
  assert.deepEqual(comparable(ours), comparable(theirs), hint);
}

/** Tags that cbor-x has no meaning for. */
const TAGS = Object.freeze([23, 24, 32, 1001, 60_000]);

function randomValue(random: SeededRandom, depth = 0): unknown {
  switch (random.integer(0, depth < 4 ? 10 : 6)) {
    case 0:
      return random.integer(-30, 300);
    case 1: {
      const magnitude = BigInt(`0x1${random.uint32().toString(16).repeat(random.integer(1, 4))}`);
      return comparable(random.chance(0.5) ? magnitude : -magnitude);
    }
    case 2:
      return random.uniform(-1, 1) * 2 ** random.integer(-200, 200) + 0.5;
    case 3:
      return String.fromCodePoint(random.integer(32, 0xd7ff)).repeat(random.integer(0, 40));
    case 4: {
      const bytes = new Uint8Array(random.integer(0, 40));
      random.fill(bytes);
      return bytes;
    }
    case 5:
      return [true, false, null, undefined][random.integer(0, 3)];
    case 6:
      return random.integer(-0x8000_0000, 0x7fff_ffff) / 2 ** random.integer(1, 12);
    case 7:
    case 8:
      return Array.from({ length: random.integer(0, 5) }, () => randomValue(random, depth + 1));
    case 9:
      return new Tag(randomValue(random, depth + 1), TAGS[random.integer(0, TAGS.length - 1)]!);
    default:
      return new Map(
        Array.from({ length: random.integer(0, 5) }, (_, index) => [
          random.chance(0.5) ? index * 1000 : `key ${index}`,
          randomValue(random, depth + 1),
        ]),
      );
  }
}

describe("CBOR against cbor-x", () => {
  it("RFC 8949 appendix A: both read every example as the same, and each what the other writes of it", () => {
    for (const { hex } of appendixA()) {
      const bytes = fromHex(hex);
      const value = readAll(bytes);
      if (NOT_READ_BY_CBOR_X.includes(hex)) {
        assertSame(value, decodeByCbor2(bytes), hex);
        continue;
      }
      assertSame(value, other.decode(bytes), hex);
      assertSame(readAll(other.encode(value)), value, hex);
      assertSame(other.decode(deterministic(bytes)), value, hex);
    }
  });

  it("10,000 random values: cbor-x reads what we write, and we what cbor-x writes", () => {
    for (let seed = 1; seed <= 10_000; seed += 1) {
      const value = randomValue(new SeededRandom(seed));
      const writer = new CborWriter();
      write(writer, value);
      assertSame(other.decode(writer.bytes), value, `seed ${seed}`);
      const theirs = other.encode(value);
      assertSame(readAll(theirs), value, `seed ${seed}`);
      assertSame(readAll(deterministic(theirs)), value, `seed ${seed}`);
    }
  });
});
