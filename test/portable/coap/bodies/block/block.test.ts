import {
  BERT_SZX,
  MAX_BLOCK_NUMBER,
  blockBytes,
  blockLength,
  blockOffset,
  decodeBlock,
  encodeBlock,
  isBlockLength,
  szxFor,
} from "../../../../../src/coap/bodies/block/block.js";
import { LimitError } from "../../../../../src/coap/errors.js";
import { assert, describe, it } from "../../../../portable.js";

describe("block option", () => {
  it("RFC 7959 §2.2: number, more and size exponent", () => {
    // §3.1 writes 2:1/1/128 for block 1 of 128 bytes with more to come: 0001 1 011.
    assert.deepEqual(decodeBlock(0x1b), { number: 1, more: true, szx: 3 });
    assert.equal(encodeBlock(1, true, 3), 0x1b);
    assert.deepEqual(decodeBlock(0), { number: 0, more: false, szx: 0 });
    assert.deepEqual(decodeBlock(0xfffff6), { number: 0xfffff, more: false, szx: 6 });
  });

  it("RFC 7959 §2.2: blocks of 16 to 1024 bytes; size exponent 7 is reserved", () => {
    assert.deepEqual([0, 1, 2, 3, 4, 5, 6].map(blockBytes), [16, 32, 64, 128, 256, 512, 1024]);
    assert.equal(decodeBlock(0x07), undefined);
    assert.equal(decodeBlock(0xffffff), undefined);
  });

  it("RFC 7959 §2.2: numbers have 20 bits", () => {
    assert.equal(encodeBlock(MAX_BLOCK_NUMBER, true, 6), 0xfffffe);
    assert.throws(() => encodeBlock(MAX_BLOCK_NUMBER + 1, true, 6), LimitError, "1048575");
  });

  it("gives the offset in the body", () => {
    assert.equal(blockOffset({ number: 5, more: false, szx: 2 }), 320);
    assert.equal(blockOffset({ number: MAX_BLOCK_NUMBER, more: false, szx: 6 }), 1_073_740_800);
  });

  it("RFC 8323 §6: the number of a BERT block counts 1024 bytes", () => {
    // Figure 14: 1:24/0/BERT.
    const block = decodeBlock(0x187, BERT_SZX)!;
    assert.deepEqual(block, { number: 24, more: false, szx: 7 });
    assert.equal(encodeBlock(24, false, BERT_SZX), 0x187);
    assert.equal(blockBytes(BERT_SZX), 1024);
    assert.equal(blockOffset(block), 8192 + 16_384);
  });

  it("RFC 7959 §2.3, RFC 8323 §6: how long the payload of a block is, with more to come and as the last one", () => {
    const lengths = [0, 32, 1023, 1024, 1025, 2048];
    const possible = (szx: number, more: boolean): number[] =>
      lengths.filter((length) => isBlockLength({ number: 0, more, szx }, length));
    assert.deepEqual(possible(1, true), [32]);
    assert.deepEqual(possible(6, true), [1024]);
    assert.deepEqual(possible(BERT_SZX, true), [1024, 2048]);
    assert.deepEqual(possible(1, false), [0, 32]);
    assert.deepEqual(possible(6, false), [0, 32, 1023, 1024]);
    assert.deepEqual(possible(BERT_SZX, false), lengths);
  });

  it("RFC 8323 §6: a BERT block takes as many blocks as there is room for, and what is left behind the last", () => {
    for (const [szx, rest, room, length] of [
      [6, 5000, 5000, 1024],
      [6, 500, 5000, 500],
      [BERT_SZX, 5000, 4999, 4096],
      [BERT_SZX, 5000, 5000, 5000],
      [BERT_SZX, Infinity, 2048, 2048],
      [BERT_SZX, Infinity, 2047, 1024],
      [BERT_SZX, 5000, 1023, 1024],
      [BERT_SZX, 500, 1023, 500],
    ] as const)
      assert.equal(blockLength(szx, rest, room), length, `${rest} bytes, room for ${room}`);
  });

  it("finds the largest size for a number of bytes", () => {
    assert.deepEqual([15, 16, 31, 32, 1023, 1024, 5000].map(szxFor), [undefined, 0, 0, 1, 5, 6, 6]);
  });
});
