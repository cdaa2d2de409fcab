import assert from "node:assert/strict";
import { toHex } from "../../../../src/bytes/hex.js";
import { CHANGED } from "../../../../src/coap/codec/code.js";
import { Message } from "../../../../src/coap/codec/message.js";
import { BLOCK1 } from "../../../../src/coap/codec/option-number.js";
import { Lab, reply } from "../../../portable/coap/wire.js";

/** EXCHANGE_LIFETIME (RFC 7252 §4.8.2). */
const LIFETIME_MS = 247_000;

interface Remembered {
  readonly atMs: number;
  readonly request: string;
  readonly answer: string;
}

describe("transfers of more blocks than there are message IDs", () => {
  it("RFC 7252 §4.4: to a peer that takes each message ID within EXCHANGE_LIFETIME for a duplicate", async function () {
    this.timeout(60_000);
    const lab = new Lab();
    const known = new Map<number, Remembered>();
    let mistaken = 0;
    let bytes = 0;
    lab.wire.answer = (heard) => {
      lab.wire.take();
      const { messageId, options, payload } = Message.parse(heard);
      const earlier = known.get(messageId);
      const atMs = lab.world.time.nowMs;
      if (earlier && atMs - earlier.atMs < LIFETIME_MS) {
        if (earlier.request !== toHex(heard)) mistaken += 1;
        return earlier.answer;
      }
      const block1 = options.uint(BLOCK1)!;
      bytes += payload.length;
      const value = block1.toString(16).padStart(6, "0");
      // 2.31 or 2.04, with Block1 as it came: delta 13 + 14, 3 bytes.
      const answer = reply(heard, "ACK", (block1 & 8) !== 0 ? "5f" : "44", `d30e${value}`);
      known.set(messageId, { atMs, request: toHex(heard), answer });
      return answer;
    };
    const body = new Uint8Array(16 * 62_500);
    const beganMs = lab.world.time.nowMs;
    const options = { payload: body, blockSize: 16 };
    const response = await lab.until(lab.endpoint.client.put(lab.uri("a"), options));
    assert.equal(response.code, CHANGED);
    assert.deepEqual([mistaken, bytes], [0, body.length]);
    const tookMs = lab.world.time.nowMs - beganMs;
    assert.ok(tookMs >= LIFETIME_MS && tookMs < LIFETIME_MS + 10_000, `${tookMs} ms`);
    assert.equal(lab.endpoint.counters.messageIdPauses, 1);
    assert.equal(lab.endpoint.counters.retransmissions, 0);
  });
});
