import { describe, it, assert } from "../../../portable.js";
import { encodeUtf8 } from "../../../../src/bytes/utf8.js";
import {
  BAD_OPTION,
  NOT_ACCEPTABLE,
  NOT_FOUND,
  SERVICE_UNAVAILABLE,
  TOO_MANY_REQUESTS,
} from "../../../../src/coap/codec/code.js";
import { CBOR, TEXT_PLAIN } from "../../../../src/coap/codec/content-format.js";
import { UriError } from "../../../../src/coap/codec/uri.js";
import type { ClientResponse } from "../../../../src/coap/client-response.js";
import { TimeoutError } from "../../../../src/coap/errors.js";
import { TimeClient, type PollOutcome } from "../../../../src/applications/time/client.js";
import { SynchronizedClock } from "../../../../src/applications/time/clock.js";
import {
  BURST_INTERVAL_MS,
  MAX_POLL_MS,
  MIN_POLL_MS,
} from "../../../../src/applications/time/poll-schedule.js";
import type { Timescale } from "../../../../src/applications/time/reading.js";
import { cborTime } from "../../../../src/applications/time/representation.js";
import { errorResponse, FakeClient, FakeHost, response, START_MS } from "./fakes.js";

const SERVER = "coap://[fd00::1]/time";

/** A client with its clock, and what came of its polls. */
class Scene {
  readonly host = new FakeHost();
  readonly coap = new FakeClient();
  readonly outcomes: PollOutcome[] = [];
  readonly clock: SynchronizedClock;
  readonly client: TimeClient;

  constructor(server = SERVER, scale: Timescale = "utc") {
    const { host, coap } = this;
    this.clock = new SynchronizedClock(host.clock, { scale });
    const onOutcome = (outcome: PollOutcome): void => void this.outcomes.push(outcome);
    this.client = new TimeClient({ server, clock: this.clock, client: coap, platform: host, onOutcome });
  }

  /** An answer in CBOR that takes this long, half of it for each direction; the local clock shows time since START_MS. */
  answerIn(roundTripMs: number): void {
    this.coap.answers.push(() => {
      const instant = { epochMs: START_MS + this.host.nowMs + roundTripMs / 2, uncertaintyMs: undefined };
      this.host.nowMs += roundTripMs;
      return response(cborTime(instant, 1001, "utc"), CBOR);
    });
  }

  answerText(): void {
    this.coap.answers.push(() =>
      response(encodeUtf8(String(Math.floor((START_MS + this.host.nowMs) / 1000))), TEXT_PLAIN),
    );
  }

  fail(error: Error): void {
    this.coap.answers.push(() => error);
  }
}

describe("TimeClient", () => {
  it("asks for CBOR at once, and sets the clock by the answer", async () => {
    const scene = new Scene();
    scene.answerIn(100);
    scene.client.start();
    assert.deepEqual(scene.host.delays, [0]);
    await scene.host.fire();
    assert.deepEqual(scene.coap.asked, [{ uri: SERVER, accept: CBOR }]);
    assert.ok(Math.abs(scene.clock.now().unixMs - START_MS - 100) <= 0.51);
    assert.deepEqual(scene.outcomes, [{ verdict: "accepted", roundTripMs: 100, pauseMs: BURST_INTERVAL_MS }]);
    assert.deepEqual(scene.host.delays, [0, BURST_INTERVAL_MS]);
    assert.equal(scene.client.roundTripMs, 100);
    scene.host.nowMs += 500;
    assert.equal(scene.client.ageMs, 500);
  });

  it("RFC 7252 §5.10.4: asks again without Accept when that is refused, and remembers it", async () => {
    for (const code of [NOT_ACCEPTABLE, BAD_OPTION]) {
      const scene = new Scene();
      scene.fail(errorResponse(code));
      scene.answerText();
      scene.answerText();
      scene.client.start();
      await scene.host.fire();
      await scene.host.fire();
      assert.deepEqual(
        scene.coap.asked.map(({ accept }) => accept),
        [CBOR, undefined, undefined],
      );
      assert.equal(scene.client.polls, 2);
      assert.equal(scene.client.failures, 0);
      assert.ok(scene.clock.synchronized);
    }
  });

  it("tries CBOR again after a failure: it may be another server by then", async () => {
    const scene = new Scene();
    scene.fail(errorResponse(NOT_ACCEPTABLE));
    scene.answerText();
    scene.fail(new TimeoutError("nobody there"));
    scene.answerIn(10);
    scene.client.start();
    await scene.host.fire();
    await scene.host.fire();
    await scene.host.fire();
    assert.deepEqual(
      scene.coap.asked.map(({ accept }) => accept),
      [CBOR, undefined, undefined, CBOR],
    );
    assert.equal(scene.client.failures, 1);
  });

  it("goes on after failures of every kind, and counts them", async () => {
    const scene = new Scene();
    scene.fail(new TimeoutError("nobody there"));
    scene.fail(errorResponse(NOT_FOUND));
    scene.coap.answers.push(() => response(encodeUtf8("Nov 22 17:35:38"), TEXT_PLAIN));
    scene.coap.answers.push(() => response(new Uint8Array([0xff]), CBOR));
    scene.answerIn(10);
    scene.client.start();
    for (let poll = 0; poll < 5; poll += 1) await scene.host.fire();
    assert.equal(scene.client.polls, 5);
    assert.equal(scene.client.failures, 2);
    assert.equal(scene.client.malformed, 2);
    assert.ok(scene.clock.synchronized);
    assert.deepEqual(scene.host.delays, [
      0,
      MIN_POLL_MS,
      2 * MIN_POLL_MS,
      4 * MIN_POLL_MS,
      8 * MIN_POLL_MS,
      BURST_INTERVAL_MS,
    ]);
    const [first] = scene.outcomes;
    assert.ok(first !== undefined && first.verdict === undefined && first.error instanceof TimeoutError);
  });

  it("a listener that throws is told to the console, and does not end the polls", async () => {
    const host = new FakeHost();
    const coap = new FakeClient();
    const onOutcome = (): void => {
      throw new RangeError("boom\nas the server says");
    };
    const clock = new SynchronizedClock(host.clock);
    new TimeClient({ server: SERVER, clock, client: coap, platform: host, onOutcome }).start();
    for (let poll = 0; poll < 2; poll += 1) await host.fire();
    assert.equal(coap.asked.length, 2);
    const line = "time: a listener failed: RangeError: boom as the server says";
    assert.deepEqual(host.lines, [line, line]);
  });

  it("never asks for a timer that no host has", async () => {
    const host = new FakeHost();
    const polls = { minPollMs: Infinity, maxPollMs: Infinity };
    const clock = new SynchronizedClock(host.clock);
    new TimeClient({ server: SERVER, clock, client: new FakeClient(), platform: host, polls }).start();
    await host.fire();
    assert.deepEqual(host.delays, [0, 0x7fffffff]);
  });

  it("RFC 8516 §4: asks a busy server no earlier than it wants, and MAX_POLL_MS later at the latest", async () => {
    const scene = new Scene();
    scene.fail(errorResponse(TOO_MANY_REQUESTS, 100));
    scene.fail(errorResponse(SERVICE_UNAVAILABLE, 4_294_967_295));
    scene.answerIn(10);
    scene.client.start();
    for (let poll = 0; poll < 3; poll += 1) await scene.host.fire();
    assert.deepEqual(scene.host.delays, [0, 100_000, MAX_POLL_MS, BURST_INTERVAL_MS]);
  });

  it("asks for TAI when the clock runs on it", async () => {
    for (const [server, uri] of [
      [SERVER, `${SERVER}?scale=tai`],
      [`${SERVER}?x=1`, `${SERVER}?x=1&scale=tai`],
    ] as const) {
      const scene = new Scene(server, "tai");
      scene.client.start();
      await scene.host.fire();
      assert.equal(scene.coap.asked[0]?.uri, uri);
      assert.equal(scene.client.server, server);
    }
  });

  it("stop() ends it, and an answer under way is not taken any more", async () => {
    const scene = new Scene();
    let arrive = (_: ClientResponse): void => {};
    scene.coap.answers.push(() => new Promise((resolve) => (arrive = resolve)));
    scene.client.start();
    await scene.host.fire();
    scene.client.stop();
    arrive(response(encodeUtf8(String(START_MS / 1000)), TEXT_PLAIN));
    await scene.host.fire();
    assert.ok(!scene.clock.synchronized);
    assert.equal(scene.outcomes.length, 0);
    assert.equal(scene.host.waiting, 0);
    scene.client.start();
    scene.client.stop();
    assert.equal(scene.host.waiting, 0);
  });

  it("refuses a server that is no URI", () => {
    assert.throws(() => new Scene("fd00::1"), UriError);
  });
});
