/** Frames that a board in QEMU sends to its gateway; any program on the machine may send one. */

import assert from "node:assert/strict";
import { decodeFrame, encodeFrame, type Frame } from "../../../hosts/node/devices/qemu/frame.js";
import { assertSameBytes } from "../../same.js";
import type { Target } from "../../target.js";

/** Only one bit of the flags has a meaning. */
const FLAGS_OFFSET = 4;

export const gatewayFrame: Target<Frame | undefined> = {
  name: "gateway-frame",
  errors: [],
  parse: decodeFrame,
  check(frame, input) {
    if (frame === undefined) return;
    assert.ok(frame.port <= 0xffff && frame.address.length <= 0xff);
    const expected = input.slice();
    expected[FLAGS_OFFSET]! &= 1;
    assertSameBytes(encodeFrame(frame), expected, "one encoding for a frame");
  },
  compose: (random) =>
    encodeFrame({
      kind: random.integer(0, 255),
      socket: random.integer(0, 255),
      port: random.integer(0, 0xffff),
      address: "fe80::1%eth0".slice(0, random.integer(0, 12)),
      rest: new Uint8Array(random.integer(0, 9)),
    }),
};
