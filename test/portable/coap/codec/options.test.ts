import { Utf8Error } from "../../../../src/bytes/utf8.js";
import { Message } from "../../../../src/coap/codec/message.js";
import { MAX_OPTION_NUMBER, Options, type ReadableOptions } from "../../../../src/coap/codec/options.js";
import { uintOption } from "../../../../src/coap/codec/uint-option.js";
import { assert, describe, it } from "../../../portable.js";
import { hex } from "../wire.js";

/** Two Uri-Path (11), Uri-Query (15) `?`, Size1 (60) of 1000, Block1 (27) with an empty value: built and received. */
function both(): readonly ReadableOptions[] {
  return [
    new Options().addUint(60, 1000).addString(11, "a").addString(15, "?").addEmpty(27).addString(11, "é"),
    Message.parse(hex("40 01 0000 b1 61 02 c3a9 41 3f c0 d2 14 03e8")).options,
  ];
}

describe("options", () => {
  it("RFC 7252 §3.1: sorted by number, equal ones in the order in which they were added", () => {
    for (const options of both())
      assert.deepEqual(
        options.entries().map(({ number, value }) => [number, ...value]),
        [[11, 0x61], [11, 0xc3, 0xa9], [15, 0x3f], [27], [60, 3, 0xe8]],
      );
  });

  it("answers the same whether built or received", () => {
    for (const options of both()) {
      assert.deepEqual(
        [options.has(11), options.has(27), options.has(12), options.has(42)],
        [true, true, false, false],
      );
      assert.deepEqual(options.first(11), hex("61"));
      assert.equal(options.first(14), undefined);
      assert.deepEqual(options.all(11), [hex("61"), hex("c3a9")]);
      assert.deepEqual(options.all(14), []);
      assert.deepEqual([options.uint(27), options.uint(60), options.uint(14)], [0, 1000, undefined]);
      assert.deepEqual([options.string(15), options.string(14)], ["?", undefined]);
      assert.deepEqual(options.strings(11), ["a", "é"]);
    }
  });

  it("looks for numbers that share a bit of the presence mask", () => {
    // 11 and 42 differ by 31.
    const { options } = Message.parse(hex("40 01 0000 b1 61"));
    assert.deepEqual([options.has(42), options.first(42), options.uint(42)], [false, undefined, undefined]);
    assert.deepEqual(options.all(42), []);
  });

  it("RFC 7252 §3.2: text that is not UTF-8", () => {
    const { options } = Message.parse(hex("40 01 0000 b1 ff"));
    assert.throws(() => options.string(11), Utf8Error);
    assert.throws(() => options.strings(11), Utf8Error);
  });

  it("takes numbers from 0 to 65535", () => {
    const options = new Options().addEmpty(0).addEmpty(MAX_OPTION_NUMBER);
    assert.deepEqual([options.count, options.at(0).number, options.at(1).number], [2, 0, 65_535]);
    for (const number of [-1, 65_536, 1.5, NaN])
      assert.throws(() => options.addEmpty(number), RangeError, "65535");
  });

  it("replaces and removes", () => {
    const options = new Options().addString(11, "a").addString(11, "b").addUint(14, 60);
    options.setUint(14, 0).set(15, hex("78"));
    options.remove(11);
    assert.deepEqual(
      options.entries().map(({ number, value }) => [number, ...value]),
      [[14], [15, 0x78]],
    );
    assert.deepEqual(new Options().addAll(options).entries(), options.entries());
  });

  it("RFC 7252 §5.4.3: an elective uint of a length that is not allowed counts as absent", () => {
    // Max-Age (14) has at most 4 bytes, Observe (6) at most 3; 65000 is not registered.
    assert.equal(uintOption(new Options().add(14, hex("00000001")), 14), 1);
    assert.equal(uintOption(new Options().add(14, hex("ffffffff")), 14), 4_294_967_295);
    assert.equal(uintOption(new Options().add(14, hex("0000000001")), 14), undefined);
    assert.equal(uintOption(new Options().add(6, hex("00000001")), 6), undefined);
    assert.equal(uintOption(new Options(), 6), undefined);
  });
});
