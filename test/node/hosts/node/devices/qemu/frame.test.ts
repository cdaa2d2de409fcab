import assert from "node:assert/strict";
import { decodeFrame, encodeFrame, FrameKind } from "../../../../../../hosts/node/devices/qemu/frame.js";

describe("Frames between a board in QEMU and its gateway", () => {
  it("have a header of six bytes, the address as text, and what is left", () => {
    const rest = Uint8Array.of(0xca, 0xfe);
    const bytes = encodeFrame({
      kind: FrameKind.datagram,
      socket: 2,
      port: 5683,
      multicast: true,
      address: "::1",
      rest,
    });
    assert.equal(Buffer.from(bytes).toString("hex"), "1002163301033a3a31cafe");
  });

  it("are read as they were written", () => {
    const frame = {
      kind: FrameKind.failure,
      socket: 15,
      port: 65535,
      multicast: false,
      address: "192.0.2.1",
      rest: Buffer.from("unreachable"),
    };
    assert.deepEqual(decodeFrame(encodeFrame(frame)), frame);
  });

  it("are refused when they end early", () => {
    for (const hex of ["", "0100000000", "010000000001", "0100000000033a3a"])
      assert.equal(decodeFrame(Buffer.from(hex, "hex")), undefined, hex);
  });
});
