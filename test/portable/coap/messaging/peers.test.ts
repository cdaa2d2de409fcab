import { PeerTable } from "../../../../src/coap/messaging/peer-table.js";
import { RandomSource } from "../../../../src/coap/messaging/random-source.js";
import { CancelledError, LimitError } from "../../../../src/coap/errors.js";
import { text } from "../../../../src/coap/server/response.js";
import { SeededRandom, World, assert, describe, it } from "../../../portable.js";
import { Lab, PEER_PORT, Wire } from "../wire.js";

function table(limit: number): PeerTable {
  return new PeerTable(limit, new RandomSource(new SeededRandom(1)));
}

describe("peers", () => {
  it("limit peers: at the limit all are known, for one more the longest unheard goes", () => {
    const peers = table(3);
    for (const port of [1, 2, 3]) assert.ok(peers.obtain("fd00::1", port));
    assert.equal(peers.size, 3);
    assert.ok(peers.obtain("fd00::1", 4));
    assert.equal(peers.size, 3);
    assert.equal(peers.find("fd00::1", 1), undefined);
    assert.ok(peers.find("fd00::1", 2));
  });

  it("RFC 7252 §8.1: what goes to groups shares no message ID with what goes to one of their members", () => {
    const peers = table(3);
    const member = peers.obtain("fd00::1", 1)!;
    const groups = [peers.obtain("ff02::fd", 1, true)!, peers.obtain("ff05::fd", 1, true)!];
    const used = new Uint8Array(0x10000 / 8);
    const isUsed = (messageId: number): boolean => ((used[messageId >> 3]! >> (messageId & 7)) & 1) !== 0;
    const { time } = new World({ seed: 1 });
    for (let count = 0x1000; count > 0; count -= 1) {
      const messageId = groups[count % 2]!.messageIds.take(time);
      assert.ok(messageId < 0x10000, String(messageId));
      used[messageId >> 3]! |= 1 << (messageId & 7);
    }
    for (let count = 0x10000; count > 0; count -= 1) assert.ok(!isUsed(member.messageIds.take(time)));
  });

  it("limit peers: one that was heard again outlives those that were heard once", () => {
    const peers = table(3);
    for (const port of [1, 2, 3, 1]) peers.obtain("fd00::1", port);
    const known = peers.find("fd00::1", 1);
    for (const port of [4, 5]) peers.obtain("fd00::1", port);
    assert.equal(peers.find("fd00::1", 1), known);
    assert.deepEqual([peers.find("fd00::1", 2), peers.find("fd00::1", 3)], [undefined, undefined]);
  });

  it("limit peers: those in use stay, and a new one beyond is not heard", () => {
    const peers = table(2);
    const [one, two] = [peers.obtain("fd00::1", 1)!, peers.obtain("fd00::1", 2)!];
    one.references += 1;
    two.references += 1;
    assert.equal(peers.obtain("fd00::1", 3), undefined);
    two.references -= 1;
    assert.ok(peers.obtain("fd00::1", 3));
    assert.deepEqual([peers.find("fd00::1", 1), peers.find("fd00::1", 2)], [one, undefined]);
  });

  it("tells peers apart by address, zone and port, and never gives an id twice", () => {
    const peers = table(10);
    const all = [peers.obtain("fe80::1%a", 1), peers.obtain("fe80::1%b", 1), peers.obtain("fe80::1%a", 2)];
    assert.equal(new Set(all.map((peer) => peer!.id)).size, 3);
    assert.equal(peers.obtain("fe80::1%a", 1), all[0]);
  });

  it("limit peers: requests of a new peer are dropped and counted while all places are in use", async () => {
    const lab = new Lab({ limits: { peers: 2 } });
    lab.site.add("s", {
      get: () => new Promise((resolve) => void lab.world.time.set(() => resolve(text("1")), 5000)),
    });
    const wires = [1, 2, 3].map((index) => new Wire(lab.world, lab.peerHost, lab.to, PEER_PORT + index));
    for (const wire of wires) wire.send("50 01 0001 b1 73");
    await lab.advance(10);
    assert.equal(lab.endpoint.counters.refusedPeers, 1);
    await lab.advance(6000);
    assert.deepEqual(
      wires.map((wire) => wire.take().length),
      [1, 1, 0],
    );
    await lab.advance(150_000);
    assert.equal((await wires[2]!.ask("40 00 0002")).length, 1);
  });

  it("a peer is let go when its Non-confirmable request was answered late", async () => {
    const lab = new Lab({ limits: { peers: 3, rememberedMessages: 1 } });
    lab.site.add("s", {
      get: () => new Promise((resolve) => void lab.world.time.set(() => resolve(text("1")), 50)),
    });
    for (let index = 1; index <= 12; index += 1) {
      const wire = new Wire(lab.world, lab.peerHost, lab.to, PEER_PORT + index);
      assert.equal((await wire.ask("50 01 0001 b1 73", 100)).length, 1, `peer ${index}`);
      wire.close();
    }
    assert.equal(lab.endpoint.counters.refusedPeers, 0);
  });

  it("limit peers: a request of ours to one more fails", async () => {
    const lab = new Lab({ limits: { peers: 1 } });
    const first = lab.endpoint.client.get(lab.uri("a"));
    await lab.advance(1);
    await assert.rejects(lab.endpoint.client.get("coap://[fd00::9]/a"), LimitError, "peers (1)");
    lab.endpoint.close();
    await assert.rejects(first, CancelledError);
  });
});
