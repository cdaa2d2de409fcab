import { Message, encodeMessage } from "../../../../src/coap/codec/message.js";
import { MessageFormatError } from "../../../../src/coap/codec/message-format-error.js";
import { FrameReader } from "../../../../src/coap/reliable/frame-reader.js";
import {
  EXTRA_FRAME_BYTES,
  encodeFrame,
  frameOf,
  messageOf,
  readFrameHeader,
} from "../../../../src/coap/reliable/frame.js";
import { toHex } from "../../../../src/bytes/hex.js";
import type { Framing } from "../../../../src/coap/transport/channel.js";
import { assert, describe, it } from "../../../portable.js";
import { hex } from "../wire.js";

const VALID = 0x43;
const NOTHING = new Uint8Array(0);

/** The frame of a message with a payload, whose marker counts, so that options and payload have `length` bytes. */
function framed(length: number, token: Uint8Array = NOTHING, framing: Framing = "length"): Uint8Array {
  const buffer = new Uint8Array(length + token.length + 16);
  const payload = length === 0 ? undefined : new Uint8Array(length - 1);
  return encodeFrame(buffer, framing, VALID, token, undefined, payload);
}

/** The first bytes, in hexadecimal. */
function head(frame: Uint8Array, count: number): string {
  return toHex(frame.subarray(0, count));
}

function read(bytes: Uint8Array): Message | undefined {
  const reader = new FrameReader("length", 1152);
  reader.push(bytes);
  const message = reader.next();
  return message && new Message(message);
}

describe("frames of connections", () => {
  it("RFC 8323 §3.2: Figure 5, a 2.03 with the token 7f", () => {
    assert.equal(toHex(framed(0, hex("7f"))), "01437f");
    const message = read(hex("01437f"))!;
    assert.deepEqual([message.code, toHex(message.token), message.payload.length], [VALID, "7f", 0]);
  });

  for (const [length, start] of [
    [0, "0043"],
    [12, "c043ff"],
    [13, "d00043ff"],
    [14, "d00143ff"],
    [268, "d0ff43ff"],
    [269, "e0000043ff"],
    [270, "e0000143ff"],
  ] as const)
    it(`RFC 8323 §3.2: Len of ${length} bytes of options and payload`, () => {
      const frame = framed(length);
      assert.equal(head(frame, start.length / 2), start);
      const { code, frameBytes } = readFrameHeader(frame, frame.length)!;
      assert.deepEqual([code, frameBytes], [VALID, frame.length]);
      assert.equal(frame.length, length === 0 ? 2 : start.length / 2 - 1 + length);
      assert.equal(read(frame)!.payload.length, Math.max(0, length - 1));
    });

  for (const [start, bytes] of [
    ["e0ffff43", 4 + 65_804],
    ["f00000000043", 6 + 65_805],
    ["f00000000143", 6 + 65_806],
    ["f0ffffffff43", 6 + 65_805 + 0xffffffff],
  ] as const)
    it(`RFC 8323 §3.2: a frame of ${bytes} bytes says so at its beginning`, () => {
      const { code, frameBytes } = readFrameHeader(hex(start), start.length / 2)!;
      assert.deepEqual([code, frameBytes], [VALID, bytes]);
    });

  it("RFC 8974 §2.1: the extended length of a token stands before it and does not count in Len", () => {
    for (const [bytes, start] of [
      [12, "0c43"],
      [13, "0d4300"],
      [268, "0d43ff"],
      [269, "0e430000"],
      [300, "0e43001f"],
    ] as const) {
      const frame = framed(0, new Uint8Array(bytes).fill(7));
      assert.equal(head(frame, start.length / 2), start, `token of ${bytes} bytes`);
      assert.equal(read(frame)!.token.length, bytes);
    }
  });

  it("RFC 8323 §4.2: over WebSockets Len is 0", () => {
    const frame = framed(300, hex("42"), "message");
    assert.equal(head(frame, 4), "014342ff");
    const message = new Message(messageOf(frame));
    assert.deepEqual([message.code, toHex(message.token), message.payload.length], [VALID, "42", 299]);
  });

  it("a message as a datagram becomes the frame that carries it", () => {
    const buffer = new Uint8Array(400);
    const length = encodeMessage(buffer, 0, VALID, 0, hex("4243"), undefined, new Uint8Array(299));
    assert.equal(head(frameOf(buffer.subarray(0, length), "length"), 6), "e2001f434243");
    assert.equal(EXTRA_FRAME_BYTES, 2);
  });

  it("RFC 8323 §3.2: a message may be cut anywhere, and several may come at once", () => {
    const stream = hex(
      "01437f d2 00 45 4243 ff000102030405060708090a0b 0000 0d4300 01020304050607080910111213",
    );
    for (let cut = 0; cut <= stream.length; cut += 1) {
      const reader = new FrameReader("length", 1152);
      const codes: number[] = [];
      for (const part of [stream.subarray(0, cut), stream.subarray(cut)]) {
        reader.push(part);
        for (let message = reader.next(); message; message = reader.next()) codes.push(message[1]!);
      }
      assert.deepEqual(codes, [VALID, 0x45, 0, VALID], `cut at ${cut}`);
      assert.equal(reader.isWithinMessage, false);
    }
  });

  it("maxMessageBytes: a frame as long as that is read, one a byte longer is refused before it is kept", () => {
    for (const framing of ["length", "message"] as const) {
      const frame = framed(60, NOTHING, framing);
      const atLimit = new FrameReader(framing, frame.length);
      atLimit.push(frame);
      assert.ok(atLimit.next());
      const past = new FrameReader(framing, frame.length - 1);
      // The beginning says it all where there is a length.
      past.push(framing === "length" ? frame.subarray(0, 3) : frame);
      assert.throws(() => past.next(), MessageFormatError);
    }
  });
});
