import { fromHex, toHex } from "../../../../../src/bytes/hex.js";
import { SlipDecoder, encodeSlip } from "../../../../../src/coap/transport/slipmux/slip.js";
import { assert, describe, it } from "../../../../portable.js";
import { vectors } from "../../../vectors/slipmux.js";

const LIMIT = 40;

/** What a decoder makes of pieces of hexadecimal bytes: frames, then in brackets why others were dropped. */
function decode(...pieces: readonly string[]): string[] {
  const counters = { aborted: 0, badEscape: 0, oversized: 0 };
  const decoder = new SlipDecoder(LIMIT, counters);
  const frames: Uint8Array[] = [];
  for (const piece of pieces) {
    decoder.push(fromHex(piece));
    for (let frame = decoder.next(); frame; frame = decoder.next()) frames.push(frame);
  }
  const faults = Object.entries(counters).flatMap(([fault, count]) =>
    count > 0 ? [`(${count} ${fault})`] : [],
  );
  return [...frames.map(toHex), ...faults];
}

describe("SLIP", () => {
  for (const { name, coap, fcs, frame } of vectors.examples) {
    const content = vectors.start_coap + coap + fcs;

    it(`RFC 1055: a frame as published: ${name}`, () => {
      assert.equal(toHex(encodeSlip(fromHex(content))), frame);
      assert.deepEqual(decode(frame), [content]);
    });

    it(`RFC 1055: in two pieces, cut anywhere: ${name}`, () => {
      for (let cut = 0; cut <= frame.length; cut += 2)
        assert.deepEqual(decode(frame.slice(0, cut), frame.slice(cut)), [content], `cut at ${cut / 2}`);
    });

    it(`RFC 1055: byte by byte: ${name}`, () => {
      const bytes = Array.from(fromHex(frame), (byte) => toHex(Uint8Array.of(byte)));
      assert.deepEqual(decode(...bytes, ...bytes), [content, content]);
    });
  }

  it("RFC 1055: END and ESC inside a frame are escaped, what stands for them is not", () => {
    assert.equal(toHex(encodeSlip(fromHex("c0dbdcdd"))), "c0dbdcdbdddcddc0");
  });

  it("RFC 1055: every byte survives", () => {
    const all = Uint8Array.from({ length: LIMIT }, (_, index) => index);
    for (let first = 0; first < 256; first += LIMIT) {
      const bytes = all.map((byte) => first + byte);
      assert.deepEqual(decode(toHex(encodeSlip(bytes))), [toHex(bytes)]);
    }
  });

  const cases: readonly (readonly [title: string, bytes: string, heard: readonly string[]])[] = [
    ["slipmux §6: empty frames are ignored", "c0c0c0 0a41 c0c0", ["0a41"]],
    ["slipmux §6: one delimiter between two frames is enough", "c0 0a41 c0 0a42 c0", ["0a41", "0a42"]],
    ["RFC 1055: without a delimiter before it, noise and a frame are one", "ff 0a41 c0", ["ff0a41"]],
    ["slipmux §6: ESC END aborts a frame", "c0 0a41 dbc0 0a42 c0", ["0a42", "(1 aborted)"]],
    ["slipmux §6: ESC END aborts a frame that has not begun", "c0 dbc0 0a42 c0", ["0a42", "(1 aborted)"]],
    [
      "RFC 1055: an escape of another byte drops the frame",
      "c0 0a db41 4243 c0 0a42 c0",
      ["0a42", "(1 badEscape)"],
    ],
    ["RFC 1055: an escape of ESC drops the frame", "c0 0a dbdb 4243 c0 0a42 c0", ["0a42", "(1 badEscape)"]],
    [
      "the rest of a dropped frame is passed over, ESC included",
      "c0 0adb41 dbdc dbc0 0a42 c0",
      ["0a42", "(1 badEscape)"],
    ],
    ["a frame that is not ended yet says nothing", "c0 0a41", []],
    [`a frame of ${LIMIT} bytes is taken`, `c0 ${"41".repeat(LIMIT)} c0`, ["41".repeat(LIMIT)]],
    [
      `a frame of ${LIMIT} bytes, the last one escaped, is taken`,
      `c0 ${"41".repeat(LIMIT - 1)} dbdc c0`,
      ["41".repeat(LIMIT - 1) + "c0"],
    ],
    [
      `a frame of ${LIMIT + 1} bytes is dropped`,
      `c0 ${"41".repeat(LIMIT + 1)} c0 0a42 c0`,
      ["0a42", "(1 oversized)"],
    ],
    [
      `a frame of ${5 * LIMIT} bytes is dropped once`,
      `${"41".repeat(5 * LIMIT)} c0 0a42 c0`,
      ["0a42", "(1 oversized)"],
    ],
  ];
  for (const [title, bytes, heard] of cases)
    it(title, () => {
      const text = bytes.replaceAll(" ", "");
      assert.deepEqual(decode(text), heard);
      assert.deepEqual(decode(...(text.match(/../gu) ?? [])), heard, "byte by byte");
    });
});
