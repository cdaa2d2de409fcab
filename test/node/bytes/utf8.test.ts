/** The UTF-8 codec beside Node's TextEncoder and TextDecoder. */

import { Utf8Error, decodeUtf8, encodeUtf8, utf8Length } from "../../../src/bytes/utf8.js";
import { SeededRandom } from "../../../simulators/random.js";
import assert from "node:assert/strict";

const DECODER = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Numbers from 0 to `below` - 1, repeatable from a seed. */
function randomFrom(seed: number): (below: number) => number {
  const random = new SeededRandom(seed);
  return (below) => random.integer(0, below - 1);
}

/** What both decoders make of bytes; undefined where they refuse them. */
function decodeBoth(bytes: Uint8Array): [ours: string | undefined, theirs: string | undefined] {
  let ours: string | undefined;
  let theirs: string | undefined;
  try {
    ours = decodeUtf8(bytes);
  } catch (error) {
    assert.ok(error instanceof Utf8Error);
  }
  try {
    theirs = DECODER.decode(bytes);
  } catch (error) {
    assert.ok(error instanceof TypeError);
  }
  return [ours, theirs];
}

describe("UTF-8 beside TextEncoder and TextDecoder", () => {
  it("encodes every code point, and every lone surrogate, like TextEncoder", () => {
    const encoder = new TextEncoder();
    for (let first = 0; first < 0x110000; first += 0x100) {
      // A letter between them keeps surrogates apart.
      const text = Array.from(
        { length: 0x100 },
        (_, index) => `${String.fromCodePoint(first + index)}x`,
      ).join("");
      const expected = encoder.encode(text);
      assert.deepEqual(encodeUtf8(text), expected);
      assert.equal(utf8Length(text), expected.length);
    }
  });

  it("decodes or refuses every sequence of two bytes like TextDecoder", () => {
    for (let first = 0; first < 0x100; first += 1)
      for (let second = 0; second < 0x100; second += 1) {
        const [ours, theirs] = decodeBoth(Uint8Array.of(first, second));
        assert.equal(ours, theirs, `${first} ${second}`);
      }
  });

  it("decodes or refuses 50,000 random sequences of bytes that matter like TextDecoder", () => {
    const random = randomFrom(5);
    const interesting = [
      0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc2, 0xdf, 0xe0, 0xe1, 0xed,
    ];
    interesting.push(0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xff, 0xbf, 0x80, 0x90);
    let accepted = 0;
    for (let run = 0; run < 50_000; run += 1) {
      const bytes = Uint8Array.from(
        { length: 1 + random(6) },
        () => interesting[random(interesting.length)]!,
      );
      const [ours, theirs] = decodeBoth(bytes);
      assert.equal(ours, theirs, Buffer.from(bytes).toString("hex"));
      if (ours !== undefined) accepted += 1;
    }
    assert.ok(accepted > 1000 && accepted < 49_000, `${accepted} accepted`);
  });
});
