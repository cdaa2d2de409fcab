import { PartialBody } from "../../../../../src/coap/bodies/qblock/partial-body.js";
import { assert, describe, it } from "../../../../portable.js";

const SZX = 6;
const BLOCK = 1024;

function block(number: number, more: boolean, szx = SZX): { number: number; more: boolean; szx: number } {
  return { number, more, szx };
}

describe("a body whose blocks come in any order", () => {
  it("RFC 9177 §4.6: Size says how many blocks there are, and how long the last one is", () => {
    const body = new PartialBody(2 * BLOCK + 1, SZX);
    assert.equal(body.blockCount, 3);
    assert.ok(body.fits(block(0, true), BLOCK));
    assert.ok(body.fits(block(2, false), 1));
    for (const [wrong, length] of [
      [block(0, false), BLOCK],
      [block(0, true), BLOCK - 1],
      [block(2, true), 1],
      [block(2, false), 2],
      [block(3, false), 1],
      [block(0, true, 5), BLOCK],
    ] as const)
      assert.equal(body.fits(wrong, length), false, `${wrong.number}, ${length} bytes`);
  });

  it("RFC 9177 §4.3: a duplicate changes nothing", () => {
    const body = new PartialBody(32, 0);
    assert.ok(body.add(block(1, false, 0), new Uint8Array(16).fill(1)));
    assert.equal(body.add(block(1, false, 0), new Uint8Array(16).fill(2)), false);
    assert.equal(body.receivedBytes, 16);
    assert.deepEqual(body.missing(2, 10), [0]);
    assert.ok(body.add(block(0, true, 0), new Uint8Array(16)));
    assert.ok(body.complete);
    assert.equal(body.bytes[16], 1);
  });

  it("RFC 9177 §5: names missing blocks in ascending order, no more than asked for", () => {
    const body = new PartialBody(16 * 20, 0);
    for (const number of [0, 3, 9]) body.add(block(number, true, 0), new Uint8Array(16));
    assert.deepEqual(body.missing(10, 10), [1, 2, 4, 5, 6, 7, 8]);
    assert.deepEqual(body.missing(20, 3), [1, 2, 4]);
    assert.equal(body.highest, 9);
    assert.equal(body.firstMissing, 1);
  });
});
