import assert from "node:assert/strict";
import {
  MAX_TOKEN_BYTES,
  Message,
  MessageTooLargeError,
  encodeMessage,
} from "../../../../src/coap/codec/message.js";

describe("message", () => {
  it("RFC 8974 §2.1: the longest token has 65,804 bytes, one more is refused", () => {
    const token = new Uint8Array(MAX_TOKEN_BYTES).fill(0xab);
    const buffer = new Uint8Array(MAX_TOKEN_BYTES + 7);
    const length = encodeMessage(buffer, 0, 1, 0x1234, token, undefined, undefined);
    assert.equal(length, 6 + 65_804);
    assert.deepEqual([...buffer.subarray(0, 7)], [0x4e, 0x01, 0x12, 0x34, 0xff, 0xff, 0xab]);
    assert.deepEqual(new Message(buffer.subarray(0, length)).token, token);
    assert.throws(
      () => encodeMessage(buffer, 0, 1, 0x1234, new Uint8Array(MAX_TOKEN_BYTES + 1), undefined, undefined),
      MessageTooLargeError,
    );
  });
});
