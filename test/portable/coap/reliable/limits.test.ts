import type { DEFAULT_CONNECTION_LIMITS } from "../../../../src/coap/reliable/connection-limits.js";
import { MAX_WAITING_PINGS } from "../../../../src/coap/reliable/custody.js";
import { CancelledError, DisconnectedError, LimitError, RefusedError } from "../../../../src/coap/errors.js";
import { text } from "../../../../src/coap/server/response.js";
import { assert, describe, it } from "../../../portable.js";
import { ConnectedWorld, SERVER, uri } from "./connected.js";
import { CONTENT, CSM, ConnectionLab, GET, PING, PONG, RELEASE } from "./connection-lab.js";

const A = "b161";
const CUSTODY = "20";

/** A lab with /never, which is not answered. */
function patientLab(connections: Partial<typeof DEFAULT_CONNECTION_LIMITS>): ConnectionLab {
  const lab = new ConnectionLab({ connections });
  lab.site.add("never", { get: () => new Promise(() => undefined) });
  return lab;
}

const NEVER = "b56e65766572";

describe("limits of connections", () => {
  it("connections: at the limit all stay; for one more the one not heard for longest is released", async () => {
    const lab = new ConnectionLab({ connections: { connections: 2 } });
    const [first, second] = [await lab.greet(), await lab.greet()];
    await lab.ask(first, lab.frame(GET, "41", A));
    assert.deepEqual(lab.take(second), []);
    const third = await lab.greet();
    assert.deepEqual(
      lab.take(second).map(({ code }) => code),
      [RELEASE],
    );
    for (const hand of [first, third]) {
      const [answer] = await lab.ask(hand, lab.frame(GET, "42", A));
      assert.equal(answer!.code, CONTENT);
    }
  });

  it("connections: one that has work is not released, and one more is refused", async () => {
    const lab = patientLab({ connections: 1 });
    const busy = await lab.greet();
    await lab.ask(busy, lab.frame(GET, "41", NEVER));
    const refused = await lab.connect();
    assert.equal(refused.ended, "aborted");
    assert.equal(busy.ended, undefined);
    assert.equal(lab.endpoint.counters.refusedPeers, 1);
  });

  it("connections: who only observes gives way when nobody else does", async () => {
    const lab = new ConnectionLab({ connections: { connections: 2 } });
    lab.site.add("o", { observable: true, get: () => text("1") });
    const [observer, idle] = [await lab.greet(), await lab.greet()];
    await lab.ask(observer, lab.frame(GET, "41", "60 516f"));
    await lab.greet();
    assert.deepEqual([lab.take(observer), lab.take(idle)[0]!.code], [[], RELEASE]);
    const second = await lab.greet();
    await lab.ask(second, lab.frame(GET, "41", "60 516f"));
    await lab.greet();
    assert.equal(lab.take(observer)[0]!.code, RELEASE);
  });

  it("connections: a request of ours that finds no place fails with a LimitError", async () => {
    const world = new ConnectedWorld();
    const server = world.server();
    server.site.add("never", { get: () => new Promise(() => undefined) });
    const client = world.client({ connectionLimits: { connections: 1 } });
    const waiting = client.client.get(uri("never"));
    await world.time.advance(10);
    await assert.rejects(client.client.get(`coap+tcp://[${SERVER}]:5684/a`), LimitError);
    client.close();
    await assert.rejects(waiting, CancelledError);
  });

  it("releaseTimeoutMs: who does not close what was released is closed", async () => {
    const releaseTimeoutMs = 1000;
    const lab = new ConnectionLab({ connections: { connections: 1, releaseTimeoutMs } });
    const first = await lab.greet();
    await lab.greet();
    await lab.advance(releaseTimeoutMs - 20);
    assert.equal(first.ended, undefined);
    await lab.advance(40);
    assert.equal(first.ended, "closed");
  });

  it("releaseTimeoutMs: who asked for the end of a connection waits no longer than that for an answer", async () => {
    const releaseTimeoutMs = 1000;
    const lab = patientLab({ releaseTimeoutMs });
    const hand = await lab.greet();
    hand.send(lab.frame(GET, "41", NEVER) + lab.frame(RELEASE));
    await lab.advance(releaseTimeoutMs - 20);
    assert.equal(hand.ended, undefined);
    await lab.advance(40);
    assert.equal(hand.ended, "closed");
  });

  it("connectTimeoutMs: a connection that does not open is given up then", async () => {
    const connectTimeoutMs = 2000;
    const world = new ConnectedWorld();
    world.streams.dark.add(SERVER);
    const client = world.client({ connectionLimits: { connectTimeoutMs } });
    let failure: unknown;
    client.client.get(uri("a")).catch((error: unknown) => (failure = error));
    await world.time.advance(connectTimeoutMs - 1);
    assert.equal(failure, undefined);
    await world.time.advance(2);
    assert.ok(failure instanceof RefusedError);
  });

  it("RFC 8323 §3.4: pingAfterMs: a silent peer that owes something is asked, and given up after as much again", async () => {
    const pingAfterMs = 1000;
    const lab = patientLab({ pingAfterMs });
    const hands = lab.listen();
    let failure: unknown;
    lab.endpoint.client.get(lab.uri("a")).catch((error: unknown) => (failure = error));
    await lab.advance(5);
    const hand = hands[0]!;
    await lab.ask(hand, lab.frame(CSM));
    await lab.advance(pingAfterMs - 50);
    assert.deepEqual(lab.take(hand), []);
    await lab.advance(50);
    const [ping] = lab.take(hand);
    assert.equal(ping!.code, PING);
    // It answers in time, and is asked again.
    hand.send(lab.frame(PONG, ping!.token));
    await lab.advance(pingAfterMs + 50);
    assert.equal(lab.take(hand)[0]!.code, PING);
    await lab.advance(pingAfterMs - 100);
    assert.equal(failure, undefined);
    await lab.advance(100);
    assert.equal(hand.ended, "aborted");
    assert.ok(failure instanceof DisconnectedError);
  });

  it("pingAfterMs: nobody is asked where nothing is under way", async () => {
    const lab = new ConnectionLab({ connections: { pingAfterMs: 1000 } });
    const hand = await lab.greet();
    await lab.advance(60_000);
    assert.deepEqual(lab.take(hand), []);
    assert.equal(hand.ended, undefined);
  });

  it("RFC 8323 §5.4.1: Pings that wait are at most MAX_WAITING_PINGS; one more is answered without Custody", async () => {
    const lab = patientLab({});
    const hand = await lab.greet();
    await lab.ask(hand, lab.frame(GET, "41", NEVER));
    const ping = (index: number): string => lab.frame(PING, `0${index}`, CUSTODY);
    for (let index = 0; index < MAX_WAITING_PINGS; index += 1)
      assert.deepEqual(await lab.ask(hand, ping(index)), []);
    assert.deepEqual(await lab.ask(hand, ping(MAX_WAITING_PINGS)), [
      { code: PONG, token: `0${MAX_WAITING_PINGS}`, rest: "" },
    ]);
  });

  it("outstandingRequests: as many Pings of ours wait; one more fails with a LimitError", async () => {
    const lab = new ConnectionLab({ limits: { outstandingRequests: 2 } });
    lab.listen();
    const { client } = lab.endpoint;
    const pings = [client.ping(lab.uri("")), client.ping(lab.uri(""))];
    await lab.advance(5);
    await assert.rejects(client.ping(lab.uri("")), LimitError);
    lab.endpoint.close();
    for (const one of pings) await assert.rejects(one, CancelledError);
  });

  it("RFC 8974 §2.2.1: maxTokenBytes: a token as long as we have said is taken, a longer one aborts", async () => {
    const lab = new ConnectionLab({ limits: { maxTokenBytes: 32 } });
    const hand = await lab.greet();
    // Len 2 and TKL 13, the length of the token minus 13, Uri-Path a.
    const request = (bytes: number): string =>
      `2d01${(bytes - 13).toString(16).padStart(2, "0")}${"42".repeat(bytes)}${A}`;
    await lab.ask(hand, request(32));
    assert.equal(lab.endpoint.counters.longTokens, 0);
    assert.equal(hand.ended, undefined);
    await lab.ask(hand, request(33));
    assert.equal(lab.endpoint.counters.longTokens, 1);
    assert.equal(hand.ended, "closed");
  });
});
