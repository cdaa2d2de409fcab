import { FIRST_GROUP_MESSAGE_ID, MessageIds } from "../../../../src/coap/messaging/message-ids.js";
import type { Clock } from "../../../../src/ports/clock.js";
import { LimitError, TimeoutError } from "../../../../src/coap/errors.js";
import { assert, describe, it } from "../../../portable.js";
import { Lab, PEER, PEER_PORT, hex, messageId, reply } from "../wire.js";

/** EXCHANGE_LIFETIME with the parameters of RFC 7252 §4.8. */
const LIFETIME_MS = 247_000;
/** Message IDs that there are for single peers within it, and for all groups. */
const MANY = 61_440;
const MANY_FOR_GROUPS = 3_584;

/** A clock that is set by hand. */
class Hands implements Clock {
  nowMs = 1_000;

  monotonicMs(): number {
    return this.nowMs;
  }
}

/** Uses up message IDs for the lab's peer, as 16 s of a fast transfer would. @returns how many there were */
function useUp(lab: Lab, most = Infinity): number {
  const { messageIds } = lab.endpoint.client.parts.messages.peers.obtain(PEER, PEER_PORT)!;
  const { clock } = lab.host;
  let used = 0;
  for (; used < most && messageIds.waitMs(clock, LIFETIME_MS) === 0; used += 1) messageIds.take(clock);
  return used;
}

describe("message IDs", () => {
  it("RFC 7252 §4.4: 61,440 are free within EXCHANGE_LIFETIME, each one once, wherever they begin", () => {
    const clock = new Hands();
    for (const start of [0, 61_199]) {
      const ids = new MessageIds(start);
      const used = new Uint8Array(0x10000 / 8);
      let free = 0;
      for (; free < MANY && ids.waitMs(clock, LIFETIME_MS) === 0; free += 1) {
        const id = ids.take(clock);
        const bit = 1 << (id & 7);
        if (id >= FIRST_GROUP_MESSAGE_ID || (used[id >> 3]! & bit) !== 0)
          assert.equal(`message ID ${id}`, "one that is free");
        used[id >> 3]! |= bit;
      }
      assert.equal(free, MANY, `from ${start}`);
    }
  });

  it("RFC 7252 §4.4: none comes back before EXCHANGE_LIFETIME has passed since it was used", () => {
    for (const perMs of [1, 7, 300]) {
      const clock = new Hands();
      const ids = new MessageIds(3_000, true);
      const usedMs = new Float64Array(0x10000 - FIRST_GROUP_MESSAGE_ID).fill(-Infinity);
      let waits = 0;
      for (let taken = 0; taken < 4 * MANY_FOR_GROUPS; taken += 1) {
        const waitMs = ids.waitMs(clock, LIFETIME_MS);
        if (waitMs > 0) waits += 1;
        clock.nowMs += waitMs;
        assert.equal(ids.waitMs(clock, LIFETIME_MS), 0, "it says when one is free");
        const id = ids.take(clock) - FIRST_GROUP_MESSAGE_ID;
        const ageMs = clock.nowMs - usedMs[id]!;
        if (ageMs < LIFETIME_MS) assert.equal(ageMs, LIFETIME_MS, `message ID ${id} after ${taken} others`);
        usedMs[id] = clock.nowMs;
        if (taken % perMs === 0) clock.nowMs += 1;
      }
      assert.ok(waits >= 3, `${waits} pauses at ${perMs} in a millisecond`);
    }
  });

  it("RFC 7252 §4.4: as many as there are within EXCHANGE_LIFETIME never wait, however long that goes on", () => {
    const clock = new Hands();
    const ids = new MessageIds(17, true);
    for (let burst = 0; burst < 4 * 8; burst += 1) {
      for (let taken = 0; taken < MANY_FOR_GROUPS / 8; taken += 1) {
        assert.equal(ids.waitMs(clock, LIFETIME_MS), 0, `burst ${burst}`);
        ids.take(clock);
      }
      clock.nowMs += LIFETIME_MS / 8;
    }
  });

  it("RFC 7252 §4.4: the last of 61,440 messages goes at once, the next when one is free, and the console says so", async () => {
    const lab = new Lab();
    assert.equal(useUp(lab, MANY - 1), MANY - 1);
    lab.wire.answer = (heard) => reply(heard, "ACK", "45", "ff31");
    const { client, counters } = lab.endpoint;
    await lab.until(client.get(lab.uri("a")));
    assert.equal(counters.messageIdPauses, 0);
    useUp(lab);
    lab.wire.take();
    const beganMs = lab.world.time.nowMs;
    const both = Promise.all([client.get(lab.uri("b")), client.get(lab.uri("c"))]);
    await lab.advance(LIFETIME_MS - 100);
    assert.deepEqual(lab.wire.take(), []);
    assert.equal(counters.messageIdPauses, 1);
    const [line] = lab.host.lines.slice(-1);
    assert.ok(line!.includes(`all message IDs are in use with ${PEER} port ${PEER_PORT}`), line);
    assert.ok(line!.includes("wait for 247 s"), line);
    await lab.until(both);
    const [first, second] = lab.wire.heard;
    assert.ok(first!.atMs >= LIFETIME_MS && first!.atMs < beganMs + LIFETIME_MS + 10, `${first!.atMs} ms`);
    assert.deepEqual([first!.hex.slice(-2), second!.hex.slice(-2)], ["62", "63"], "in their order");
  });

  it("RFC 7252 §4.4: with other parameters EXCHANGE_LIFETIME is another one (§4.8.2)", async () => {
    // 2 s · 15 · 1.5 + 2 · 1 s + 2 s
    const lab = new Lab({ parameters: { maxLatencyMs: 1_000 } });
    useUp(lab);
    lab.wire.answer = (heard) => reply(heard, "ACK", "45", "ff31");
    await lab.until(lab.endpoint.client.get(lab.uri("a")));
    const { atMs } = lab.wire.heard[0]!;
    assert.ok(atMs >= 49_000 && atMs < 49_010, `${atMs} ms`);
  });

  it("RFC 7252 §4.4: Non-confirmable requests and pings wait as well; another peer does not", async () => {
    const lab = new Lab();
    useUp(lab);
    const { client } = lab.endpoint;
    const other = lab.world.host("fd00::3");
    const socket = new other.udp({ port: 1 });
    const all = [client.get(lab.uri("a"), { confirmable: false }), client.ping(lab.uri(""))];
    const elsewhere = client.get("coap://[fd00::3]:1/b");
    const failures = [...all, elsewhere].map((one) => assert.rejects<Error>(one, Error));
    await lab.advance(90_000);
    assert.deepEqual(lab.wire.take(), []);
    assert.ok(socket.read() !== undefined);
    await lab.advance(LIFETIME_MS - 90_000 + 20);
    assert.equal(
      lab.wire.heard.some((one) => one.hex.startsWith("4000")),
      true,
      "the ping",
    );
    lab.endpoint.close();
    await Promise.all(failures);
    assert.equal(lab.world.time.pending, 0);
  });

  it("RFC 7252 §4.4: a request that waits for a message ID can be cancelled, and times out", async () => {
    const lab = new Lab({ limits: { waitingTransmissions: 1 } });
    useUp(lab);
    const { client } = lab.endpoint;
    const first = client.get(lab.uri("a"), { timeoutMs: 1_000 });
    await lab.advance(1);
    await assert.rejects(client.get(lab.uri("b")), LimitError, "waitingTransmissions (1)");
    await lab.until(assert.rejects(first, TimeoutError, "1000 ms"));
    lab.wire.answer = (heard) => reply(heard, "ACK", "45", "ff31");
    await lab.until(client.get(lab.uri("c")));
    assert.deepEqual(
      lab.wire.take().map((one) => one.slice(-2)),
      ["63"],
    );
  });

  it("RFC 7252 §4.4: a Non-confirmable answer for which there is none is lost, a piggybacked one is not", async () => {
    const lab = new Lab();
    useUp(lab);
    assert.deepEqual(await lab.wire.ask("50 01 0001"), []);
    assert.equal(lab.endpoint.counters.messageIdPauses, 1);
    const [piggybacked] = await lab.wire.ask("40 01 0002");
    assert.equal(messageId(piggybacked!), "0002");
    await lab.advance(LIFETIME_MS);
    const [answer] = await lab.wire.ask("50 01 0003");
    assert.equal(hex(answer!)[0]! >> 4, 5);
  });
});
