import { assert, describe, it, NorFlash, SeededRandom } from "../../../portable.js";
import { crc32 } from "../../../../src/bytes/crc32.js";
import {
  FirmwareImageError,
  openSlot,
  type Digest,
} from "../../../../src/applications/update/slot-updater.js";

const SLOT_BYTES = 4 * 2048;

function makeFlash(writeAlign: number): NorFlash {
  return new NorFlash({ blocks: 4, blockLength: 2048, writeAlign, random: new SeededRandom(1) });
}

/** What was there before is of no matter. */
function makeUsedFlash(writeAlign: number): NorFlash {
  const flash = makeFlash(writeAlign);
  for (let block = 0; block < 4; block += 1) flash.write(new Uint8Array(2048), block * 2048);
  return flash;
}

function makeImage(length: number): Uint8Array {
  const image = new Uint8Array(length);
  new SeededRandom(length).fill(image);
  return image;
}

function bytesOf(sum: number): Uint8Array {
  return new Uint8Array([sum >>> 24, (sum >>> 16) & 0xff, (sum >>> 8) & 0xff, sum & 0xff]);
}

/** A checksum in the place of a hash function. */
function makeDigest(): Digest {
  let sum = 0;
  return {
    update: (bytes) => {
      sum = crc32(bytes, 0, bytes.length, sum);
    },
    finish: () => bytesOf(sum),
  };
}

function read(flash: NorFlash, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  flash.read(bytes, 0);
  return bytes;
}

describe("writing a firmware slot", () => {
  for (const writeAlign of [1, 4, 16])
    it(`from start to end, in pieces of any length, with writes of ${writeAlign}`, () => {
      const random = new SeededRandom(writeAlign);
      for (const length of [0, 1, 15, 16, 17, 2047, 2048, 2049, 5001, SLOT_BYTES]) {
        const flash = makeUsedFlash(writeAlign);
        const image = makeImage(length);
        const expectedDigest = bytesOf(crc32(image));
        const updater = openSlot({ partition: flash, digest: makeDigest(), expectedDigest });
        for (let start = 0; start < length;) {
          const piece = image.subarray(start, start + random.integer(1, 100));
          updater.write(piece);
          start += piece.length;
        }
        assert.equal(updater.isComplete, false);
        updater.complete();
        assert.ok(updater.isComplete);
        assert.deepEqual(read(flash, length), image);
        assert.equal(flash.violations, 0);
      }
    });

  for (const writeAlign of [1, 4, 16])
    it(`in any order, pieces twice as well, with writes of ${writeAlign}`, () => {
      const length = 5001;
      const flash = makeUsedFlash(writeAlign);
      const image = makeImage(length);
      const expectedDigest = bytesOf(crc32(image));
      const digest = makeDigest();
      const updater = openSlot({ partition: flash, mode: "w", byteLength: length, digest, expectedDigest });
      const blocks = Math.ceil(length / 64);
      for (let step = 0; step < blocks + 5; step += 1) {
        const start = ((step * 37) % blocks) * 64;
        updater.write(image.subarray(start, start + 64), start);
      }
      updater.complete();
      assert.deepEqual(read(flash, length), image);
      assert.deepEqual(flash.wear, [1, 1, 1, 0]);
    });

  it("is not complete with another digest, or another length", () => {
    const expectedDigest = bytesOf(1);
    const partition = makeFlash(1);
    const other = openSlot({ partition, digest: makeDigest(), expectedDigest });
    other.write(makeImage(10));
    assert.throws(() => other.complete(), FirmwareImageError, "digest");
    assert.equal(other.isComplete, false);
    const short = openSlot({ partition, byteLength: 11 });
    short.write(makeImage(10));
    assert.throws(() => short.complete(), FirmwareImageError, "expected an image of 11 bytes, got 10");
    assert.throws(() => short.complete(), Error, "closed");
    const undigested = openSlot({ partition, expectedDigest });
    assert.throws(() => undigested.complete(), FirmwareImageError);
  });

  it("takes an image as long as the slot, and not one byte more", () => {
    const partition = makeFlash(1);
    const updater = openSlot({ partition });
    updater.write(new Uint8Array(SLOT_BYTES));
    assert.throws(() => updater.write(new Uint8Array(1)), RangeError, "8193");
    for (const mode of ["a", "w"] as const) {
      assert.throws(() => openSlot({ partition, mode, byteLength: SLOT_BYTES + 1 }), RangeError, "8193");
      assert.equal(openSlot({ partition, mode, byteLength: SLOT_BYTES }).isComplete, false);
    }
  });

  it("refuses offsets that its mode has no place for", () => {
    const partition = makeFlash(4);
    const inOrder = openSlot({ partition });
    inOrder.write(makeImage(3), 0);
    assert.throws(() => inOrder.write(makeImage(3), 4), RangeError, "expected bytes at 3");
    const random = openSlot({ partition, mode: "w", byteLength: 10 });
    for (const [length, byteOffset] of [
      [4, 2],
      [3, 0],
      [4, -4],
      [4, undefined],
      [4, 8],
    ] as const)
      assert.throws(() => random.write(makeImage(length), byteOffset), RangeError);
    random.write(makeImage(2), 8);
    assert.throws(() => openSlot({ partition, mode: "w" }), RangeError, "got none");
  });

  it("takes nothing more when it was closed", () => {
    const updater = openSlot({ partition: makeFlash(1) });
    updater.close();
    updater.close();
    assert.throws(() => updater.write(new Uint8Array(1)), Error, "closed");
    assert.throws(() => updater.complete(), Error, "closed");
  });
});
