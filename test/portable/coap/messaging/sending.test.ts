import { fromHex } from "../../../../src/bytes/hex.js";
import {
  CancelledError,
  LimitError,
  RefusedError,
  ResetError,
  TimeoutError,
} from "../../../../src/coap/errors.js";
import { assert, describe, it } from "../../../portable.js";
import { Lab, PEER, PEER_PORT, empty, messageId, reply } from "../wire.js";

const NON = Object.freeze({ confirmable: false });

/** How long after the first each message was heard. */
function gaps(lab: Lab): number[] {
  const [first, ...rest] = lab.wire.heard;
  return rest.map(({ atMs }) => atMs - first!.atMs);
}

describe("message layer, sending", () => {
  it("RFC 7252 §4.2: retransmits the same bytes after t, 3t, 7t and 15t, t within 2 to 3 s, and gives up after 31t", async () => {
    const firsts: number[] = [];
    for (let seed = 1; seed <= 25; seed += 1) {
      const lab = new Lab({ seed });
      const failure = assert.rejects(lab.endpoint.client.get(lab.uri("a")), TimeoutError, "5 transmissions");
      await lab.until(failure);
      const endMs = lab.world.time.nowMs;
      const { heard } = lab.wire;
      assert.equal(heard.length, 5);
      assert.ok(heard.every((one) => one.hex === heard[0]!.hex));
      const t = gaps(lab)[0]!;
      firsts.push(t);
      // Virtual time has steps of 1/1024 ms.
      for (const [index, factor] of [1, 3, 7, 15].entries())
        assert.ok(Math.abs(gaps(lab)[index]! - factor * t) < 0.1);
      assert.ok(Math.abs(endMs - (heard[0]!.atMs - 1) - 31 * t) < 0.1);
      assert.equal(lab.endpoint.counters.retransmissions, 4);
      assert.equal(lab.endpoint.counters.sent, 5);
    }
    assert.ok(Math.min(...firsts) >= 2000 && Math.max(...firsts) <= 3000, firsts.join());
    assert.ok(Math.min(...firsts) < 2300 && Math.max(...firsts) > 2700, "spread over the whole range");
  });

  it("RFC 7252 §4.8: parameters can be changed per endpoint", async () => {
    const lab = new Lab({ parameters: { ackTimeoutMs: 100, ackRandomFactor: 1, maxRetransmit: 2 } });
    await lab.until(assert.rejects(lab.endpoint.client.get(lab.uri("a")), TimeoutError, "3 transmissions"));
    assert.deepEqual(gaps(lab), [100, 300]);
    assert.equal(lab.world.time.nowMs, 700);
  });

  it("RFC 7252 §4.2: an acknowledgement ends it, a Reset fails it", async () => {
    const lab = new Lab();
    lab.wire.answer = (heard) => empty(heard, "ACK");
    const response = lab.endpoint.client.get(lab.uri("a"));
    response.catch(() => undefined);
    await lab.advance(20_000);
    assert.equal(lab.wire.take().length, 1);
    lab.wire.answer = (heard) => empty(heard, "RST");
    await lab.until(assert.rejects(lab.endpoint.client.get(lab.uri("a")), ResetError, PEER));
    lab.endpoint.close();
    await assert.rejects(response, CancelledError);
  });

  it("RFC 7252 §4.2: acknowledgements and Resets of other messages, or of others, change nothing", async () => {
    const lab = new Lab();
    const other = lab.world.host("fd00::3");
    const socket = new other.udp({});
    const response = lab.endpoint.client.get(lab.uri("a"));
    await lab.advance(10);
    const [request] = lab.wire.take();
    const id = parseInt(messageId(request!), 16);
    const another = ((id + 1) & 0xffff).toString(16).padStart(4, "0");
    for (const type of ["60", "70"]) {
      lab.wire.send(`${type}00${another}`);
      socket.write(fromHex(`${type}00${messageId(request!)}`), lab.to.address, lab.to.port);
    }
    await lab.advance(4000);
    assert.equal(lab.wire.take().length, 1, "sent again");
    lab.wire.send(reply(fromHex(request!), "ACK", "45", "ff31"));
    assert.equal((await lab.until(response)).text(), "1");
    assert.equal(lab.endpoint.counters.unmatched, 4);
  });

  it("RFC 7252 §4.4: message IDs count up from a random start", async () => {
    const starts: string[] = [];
    for (let seed = 1; seed <= 3; seed += 1) {
      const lab = new Lab({ seed });
      lab.wire.answer = (heard) => reply(heard, "ACK", "45");
      for (let times = 0; times < 3; times += 1) await lab.until(lab.endpoint.client.get(lab.uri("a")));
      const ids = lab.wire.take().map((one) => parseInt(messageId(one), 16));
      assert.deepEqual(ids, [ids[0], (ids[0]! + 1) & 0xffff, (ids[0]! + 2) & 0xffff]);
      starts.push(String(ids[0]));
    }
    assert.equal(new Set(starts).size, 3);
  });

  it("RFC 7252 §4.7: NSTART messages to a peer at once, the others in their order", async () => {
    for (const nstart of [1, 2]) {
      const lab = new Lab({ parameters: { nstart } });
      const { client } = lab.endpoint;
      const all = ["a", "b", "c"].map((path) => client.get(lab.uri(path)));
      await lab.advance(1000);
      const sent = lab.wire.take();
      assert.equal(sent.length, nstart);
      lab.wire.answer = (heard) => reply(heard, "ACK", "45", "ff31");
      for (const one of sent) lab.wire.send(reply(fromHex(one), "ACK", "45", "ff31"));
      await lab.until(Promise.all(all));
      // Uri-Path is the last byte of each request.
      const order = [...sent, ...lab.wire.take()].map((one) => one.slice(-2));
      assert.deepEqual(order, ["61", "62", "63"]);
    }
  });

  it("RFC 7252 §4.7: another peer does not wait for this one", async () => {
    const lab = new Lab();
    const third = lab.world.host("fd00::3");
    const socket = new third.udp({ port: 1 });
    const all = [lab.endpoint.client.get(lab.uri("a")), lab.endpoint.client.get("coap://[fd00::3]:1/b")];
    await lab.advance(10);
    assert.equal(lab.wire.take().length, 1);
    assert.ok(socket.read() !== undefined);
    lab.endpoint.close();
    for (const one of all) await assert.rejects(one, CancelledError);
  });

  it("limit waitingTransmissions: at the limit messages wait, one more fails at once", async () => {
    const lab = new Lab({ limits: { waitingTransmissions: 2 } });
    const { client } = lab.endpoint;
    const all = ["a", "b", "c"].map((path) => client.get(lab.uri(path)));
    await assert.rejects(client.get(lab.uri("d")), LimitError, "waitingTransmissions (2)");
    lab.wire.answer = (heard) => reply(heard, "ACK", "45", "ff31");
    await lab.advance(4000);
    assert.equal((await lab.until(Promise.all(all))).length, 3);
    assert.equal((await lab.until(client.get(lab.uri("d")))).text(), "1", "there is room again");
  });

  it("RFC 7252 §4.7: a peer that never answered gets PROBING_RATE bytes a second of Non-confirmable messages", async () => {
    const lab = new Lab();
    const { client } = lab.endpoint;
    const all = ["aaaa", "bbbb", "cccc"].map((path) => client.get(lab.uri(path), NON));
    const failures = Promise.all(all.map((one) => assert.rejects(one, TimeoutError)));
    await lab.until(failures);
    const { heard } = lab.wire;
    assert.equal(heard.length, 3);
    for (const index of [1, 2]) {
      const pauseMs = heard[index]!.atMs - heard[index - 1]!.atMs;
      const bytes = heard[index - 1]!.hex.length / 2;
      assert.ok(Math.abs(pauseMs - bytes * 1000) < 1, `${pauseMs} ms for ${bytes} bytes`);
    }
    assert.equal(heard[0]!.hex.slice(0, 4), "5401", "a NON GET");
  });

  it("RFC 7252 §4.7: one that is heard gets them at once", async () => {
    const lab = new Lab();
    lab.wire.answer = (heard) => reply(heard, "NON", "45", "ff31", "7777");
    for (let times = 0; times < 3; times += 1) await lab.until(lab.endpoint.client.get(lab.uri("a"), NON));
    assert.ok(lab.world.time.nowMs < 10);
    lab.wire.answer = undefined;
    const waiting = [lab.endpoint.client.get(lab.uri("b"), NON), lab.endpoint.client.get(lab.uri("c"), NON)];
    await lab.advance(10);
    assert.equal(lab.wire.take().length, 3 + 1);
    await lab.wire.ask("40 00 0001");
    assert.equal(lab.wire.take().length, 0);
    lab.wire.answer = (heard) => reply(heard, "NON", "45", "ff31", "7778");
    lab.wire.send("40 01 0002 b1 7a");
    await lab.until(waiting[1]!);
    assert.ok(lab.world.time.nowMs < 100, `${lab.world.time.nowMs} ms`);
    lab.endpoint.close();
    await assert.rejects(waiting[0]!, CancelledError);
  });

  it("a Confirmable message behind a cancelled one that waited goes at once", async () => {
    const lab = new Lab();
    const { client } = lab.endpoint;
    const first = client.get(lab.uri("a"), NON);
    const second = client.get(lab.uri("b"), { ...NON, timeoutMs: 1000 });
    const third = client.get(lab.uri("c"));
    await lab.until(assert.rejects(second, TimeoutError, "1000 ms"));
    lab.wire.answer = (heard) => reply(heard, "ACK", "45", "ff31");
    await lab.until(third);
    assert.ok(lab.world.time.nowMs < 1100, `${lab.world.time.nowMs} ms`);
    lab.endpoint.close();
    await assert.rejects(first, CancelledError);
  });

  it("RFC 7252 §4.3: a Non-confirmable request that the peer rejects has failed", async () => {
    const lab = new Lab();
    lab.wire.answer = (heard) => empty(heard, "RST");
    await lab.until(assert.rejects(lab.endpoint.client.get(lab.uri("a"), NON), ResetError));
    assert.ok(lab.world.time.nowMs < 10);
  });

  it("fails at once what the network reports as undeliverable, whether Confirmable or not", async () => {
    for (const options of [{}, NON]) {
      const lab = new Lab();
      lab.wire.close();
      const error = await lab.until(
        assert.rejects(lab.endpoint.client.get(lab.uri("a"), options), RefusedError, PEER),
      );
      assert.ok(error.message.includes(String(PEER_PORT)));
      assert.ok(lab.world.time.nowMs < 10);
      assert.equal(lab.endpoint.counters.sendErrors, 1);
    }
  });

  it("fails at once what the network refuses to take", async () => {
    for (const options of [{}, NON]) {
      const lab = new Lab();
      await lab.until(
        assert.rejects(lab.endpoint.client.get("coap://192.0.2.1/a", options), RefusedError, "192.0.2.1"),
      );
    }
  });

  it("RFC 7252 §4.3: a ping is an Empty Confirmable message and takes the time to its Reset", async () => {
    const lab = new Lab();
    lab.wire.answer = (heard) => empty(heard, "RST");
    assert.equal(await lab.until(lab.endpoint.client.ping(lab.uri(""))), 2);
    const [ping] = lab.wire.take();
    assert.equal(ping, `4000${messageId(ping!)}`);
    lab.wire.answer = undefined;
    await lab.until(assert.rejects(lab.endpoint.client.ping(lab.uri("")), TimeoutError));
  });

  it("closing fails everything that is under way or waits, and leaves no timer", async () => {
    const lab = new Lab();
    const { client } = lab.endpoint;
    lab.wire.answer = (heard) => (heard[0]! >> 4 === 4 ? empty(heard, "ACK") : undefined);
    const acknowledged = client.get(lab.uri("a"));
    await lab.advance(10);
    lab.wire.answer = undefined;
    const all = [
      acknowledged,
      client.get(lab.uri("b")),
      client.get(lab.uri("c")),
      client.get(lab.uri("d"), NON),
      client.get(lab.uri("e"), NON),
      client.ping(lab.uri("")),
    ];
    const failures = all.map((one) => assert.rejects<Error>(one, CancelledError));
    await lab.advance(10);
    lab.endpoint.close();
    lab.endpoint.close();
    assert.equal((await Promise.all(failures)).length, 6);
    assert.equal(lab.world.time.pending, 0);
  });
});
