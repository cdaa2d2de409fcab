import assert from "node:assert/strict";
import { FrameReader } from "../../../../src/coap/reliable/frame-reader.js";
import { encodeFrame } from "../../../../src/coap/reliable/frame.js";
import { Message } from "../../../../src/coap/codec/message.js";
import { toHex } from "../../../../src/bytes/hex.js";

const VALID = 0x43;

/** Frames that the arena of a device has no room for twice. */
describe("large frames of connections", () => {
  for (const [length, start] of [
    [65_804, "e0ffff43ff"],
    [65_805, "f00000000043ff"],
    [65_806, "f00000000143ff"],
    [1_000_000, "f000 0e413343ff"],
  ] as const)
    it(`RFC 8323 §3.2: Len of ${length} bytes of options and payload`, () => {
      const payload = new Uint8Array(length - 1).fill(7);
      const buffer = new Uint8Array(length + 16);
      const frame = encodeFrame(buffer, "length", VALID, new Uint8Array(0), undefined, payload);
      const expected = start.replace(" ", "");
      assert.equal(toHex(frame.subarray(0, expected.length / 2)), expected);
      const reader = new FrameReader("length", frame.length);
      for (let at = 0; at < frame.length; at += 1448) reader.push(frame.slice(at, at + 1448));
      assert.deepEqual(new Message(reader.next()!).payload, payload);
    });
});
