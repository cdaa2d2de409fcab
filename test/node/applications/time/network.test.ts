import assert from "node:assert/strict";
import { CBOR, TEXT_PLAIN } from "../../../../src/coap/codec/content-format.js";
import { BAD_OPTION, NOT_ACCEPTABLE } from "../../../../src/coap/codec/code.js";
import { Endpoint } from "../../../../src/coap/endpoint.js";
import { RequestError } from "../../../../src/coap/server/request-error.js";
import { content, text } from "../../../../src/coap/server/response.js";
import type { KeyValue } from "../../../../src/ports/key-value.js";
import { MAX_TIME_BYTES } from "../../../../src/applications/time/client.js";
import { STEP_THRESHOLD_MS, type SynchronizedClock } from "../../../../src/applications/time/clock.js";
import { MAX_POLL_MS } from "../../../../src/applications/time/poll-schedule.js";
import type { Instant, TimeSource } from "../../../../src/applications/time/reading.js";
import { WallClock } from "../../../../src/applications/time/source.js";
import { START_MS, TimeWorld } from "./time-world.js";

const HOUR_MS = 3_600_000;
const RADIO = { delayMs: [30, 70] } as const;

describe("a device that tells the time", function () {
  it("gets it from a server, and gives it to others", async () => {
    const scene = new TimeWorld(1, RADIO);
    scene.serve();
    const { clock, lines } = await scene.device({}, { clockDriftPpm: 20, clockOffsetMs: 777_777 });
    assert.equal(clock.synchronized, false);
    await scene.world.time.advance(60_000);
    assert.ok(clock.synchronized);
    scene.checkPromise(clock);
    assert.ok(Math.abs(clock.now().unixMs - scene.trueMs) < 15);
    assert.match(lines[0] ?? "", /^time: synchronised: 2026-01-01T00:00:00\.\d{3}Z, at most \d+ ms off$/u);
    assert.equal(lines.length, 1);
    const asker = new Endpoint(scene.world.host("fd00::3"));
    const response = await scene.world.time.until(asker.client.get("coap://[fd00::2]/time"));
    assert.equal(response.maxAge, 0);
    assert.ok(Math.abs(Number(response.text()) * 1000 - scene.trueMs) < 1200, response.text());
  });

  it("without a server it stays unsynchronised, and says so", async () => {
    const scene = new TimeWorld(2);
    const { clock } = await scene.device({ server: undefined });
    await scene.world.time.advance(HOUR_MS);
    assert.equal(clock.synchronized, false);
    const { client } = new Endpoint(scene.world.host("fd00::3"));
    await assert.rejects(
      scene.world.time.until(client.get("coap://[fd00::2]/time")),
      /5\.03 .*time not known yet/u,
    );
    const status = await scene.world.time.until(client.get("coap://[fd00::2]/time/status"));
    assert.match(status.text(), /^synchronized false\nnot-before 2025-01-01T0[01]:/u);
  });

  for (const [title, refusal] of [
    ["refuses Accept 60 with 4.06", NOT_ACCEPTABLE],
    ["does not know Accept", BAD_OPTION],
  ] as const)
    it(`falls back to decimal seconds with a server that ${title}`, async () => {
      const scene = new TimeWorld(3, RADIO);
      let asked = 0;
      let refused = 0;
      scene.serveWith((accept) => {
        asked += 1;
        if (accept === undefined) return text(String(Math.floor(scene.trueMs / 1000)));
        refused += 1;
        throw new RequestError(refusal, "text only");
      });
      const { clock } = await scene.device({}, { clockDriftPpm: -30 });
      for (let minute = 0; minute < 30; minute += 1) {
        await scene.world.time.advance(60_000);
        scene.checkPromise(clock, `minute ${minute}`);
      }
      const { epochMs, uncertaintyMs } = clock.read("utc")!;
      assert.ok(uncertaintyMs! >= 500 - 1e-6 && Math.abs(epochMs - scene.trueMs) <= uncertaintyMs!);
      // What the server cannot do is asked of it once.
      assert.equal(refused, 1);
      assert.ok(asked > 10);
    });

  it("takes decimal seconds from a server that ignores Accept", async () => {
    const scene = new TimeWorld(4, RADIO);
    scene.serveWith(() => text(String(Math.floor(scene.trueMs / 1000))));
    const { clock } = await scene.device();
    await scene.world.time.advance(60_000);
    assert.equal(clock.counters.accepted, 11);
    scene.checkPromise(clock);
  });

  it("counts answers that are no time, and takes none of them", async () => {
    const scene = new TimeWorld(5);
    let answers = 0;
    scene.serveWith(() => {
      answers += 1;
      return answers % 2 === 0 ? content(new Uint8Array([0xc1, 0x00]), CBOR) : text("Nov 22 17:35:38");
    });
    const { clock, lines } = await scene.device();
    await scene.world.time.advance(HOUR_MS);
    assert.equal(clock.synchronized, false);
    assert.ok(clock.counters.refused.implausible >= 2);
    const { client } = new Endpoint(scene.world.host("fd00::3"));
    const status = await scene.world.time.until(client.get("coap://[fd00::2]/time/status"));
    assert.match(status.text(), /malformed [2-9]\n/u);
    assert.ok(lines.some((line) => line.includes("TimeFormatError")));
    assert.ok(lines.includes("time: answer of the server refused (implausible)"));
  });

  it("survives loss, the loss of the server and its restart; the promise holds all along", async () => {
    const scene = new TimeWorld(6, { ...RADIO, loss: 0.2, duplication: 0.05, reordering: 0.05 });
    let server = scene.serve();
    const { clock, lines } = await scene.device({}, { clockDriftPpm: 50 });
    const pass = async (ms: number): Promise<void> => {
      for (let passed = 0; passed < ms; passed += 10_000) {
        await scene.world.time.advance(10_000);
        if (clock.synchronized) scene.checkPromise(clock, `at ${scene.world.time.nowMs} ms`);
      }
    };
    await pass(2 * HOUR_MS);
    assert.ok(clock.synchronized);
    server.close();
    await pass(6 * HOUR_MS);
    const before = clock.read("utc")!.uncertaintyMs!;
    assert.ok(before > 200, `${before} ms`);
    server = scene.openServer();
    await pass(MAX_POLL_MS + 10 * 60_000);
    const after = clock.read("utc")!.uncertaintyMs!;
    assert.ok(after < 100, `${after} ms`);
    assert.ok(lines.some((line) => line.startsWith("time: no time from the server")));
    assert.ok(lines.some((line) => line.startsWith("time: the server answers again")));
    server.close();
  });

  it("keeps the last known time over a restart, without a claim to know the time", async () => {
    const scene = new TimeWorld(7);
    const server = scene.serve();
    const host = scene.world.host("fd00::2");
    const first = await scene.start(host);
    await scene.world.time.advance(7 * HOUR_MS);
    assert.equal(host.keyValue.writes, 2);
    assert.ok(first.clock.synchronized);
    host.powerOff();
    server.close();
    await scene.world.time.advance(HOUR_MS);
    host.powerOn();
    const second = await scene.start(host);
    const { unixMs, earliestMs, latestMs, synchronized } = second.clock.now();
    assert.equal(synchronized, false);
    assert.ok(unixMs >= START_MS + 6 * HOUR_MS && unixMs <= scene.trueMs);
    assert.ok(earliestMs <= scene.trueMs && latestMs === Infinity);
  });

  it("tells the time though the storage fails when it is written", async () => {
    const scene = new TimeWorld(8);
    scene.serve();
    const host = scene.world.host("fd00::2");
    host.keyValue.onPowerCut = undefined;
    host.keyValue.cutPower({ atWrite: 1, leaves: "old" });
    const { clock, lines } = await scene.start(host);
    await scene.world.time.advance(60_000);
    assert.ok(clock.synchronized);
    assert.match(lines[1] ?? "", /^time: last known time not stored: PowerCutError/u);
    assert.equal(host.keyValue.writes, 2);
  });

  it("tells the time though there is no storage", async () => {
    const scene = new TimeWorld(14);
    scene.serve();
    const { udp, timers, clock: local, random, console, lines } = scene.world.host("fd00::2");
    const keyValue: KeyValue = {
      open: () => {
        throw new Error("flash is broken");
      },
    };
    const { clock } = await scene.start({ udp, timers, clock: local, random, console, keyValue, lines });
    await scene.world.time.advance(60_000);
    assert.ok(clock.synchronized);
    assert.equal(lines[0], "time: the last known time is not kept: Error: flash is broken");
  });

  it("follows a server that was set anew, after three answers", async () => {
    const scene = new TimeWorld(9);
    let errorMs = 3_600_000;
    scene.serve({ read: () => ({ epochMs: scene.trueMs + errorMs, uncertaintyMs: undefined }) });
    const { clock, lines } = await scene.device();
    await scene.world.time.advance(HOUR_MS);
    assert.ok(Math.abs(clock.now().unixMs - scene.trueMs - errorMs) < 15);
    errorMs = 0;
    await scene.world.time.advance(MAX_POLL_MS + 60_000);
    scene.checkPromise(clock);
    assert.equal(clock.counters.refused.contradictory, 2);
    assert.ok(lines.some((line) => line.startsWith("time: set anew")));
  });

  it("is not impressed by one absurd answer", async () => {
    const scene = new TimeWorld(10);
    let answers = 0;
    const source: TimeSource = {
      read: (): Instant => {
        answers += 1;
        return { epochMs: scene.trueMs + (answers % 4 === 0 ? 86_400_000 : 0), uncertaintyMs: undefined };
      },
    };
    scene.serve(source);
    const { clock } = await scene.device();
    for (let minute = 0; minute < 120; minute += 1) {
      await scene.world.time.advance(60_000);
      scene.checkPromise(clock, `minute ${minute}`);
    }
    assert.ok(clock.counters.refused.contradictory > 3);
    assert.equal(clock.counters.steps, 1);
  });

  it("issue §4: on TAI a leap second does no harm; on UTC it costs a correction", async () => {
    const scene = new TimeWorld(11);
    const leapAtMs = 2 * HOUR_MS;
    // Unix time repeats the second before the leap second's end; TAI goes on.
    const leaped = (): number => (scene.world.time.nowMs >= leapAtMs ? 1000 : 0);
    scene.serve({
      read: (scale) => ({
        epochMs: scale === "tai" ? scene.trueMs + 37_000 : scene.trueMs - leaped(),
        uncertaintyMs: undefined,
      }),
    });
    const tai = await scene.device({ clock: { scale: "tai" } }, {}, "fd00::2");
    const utc = await scene.device({}, {}, "fd00::3");
    for (let minute = 0; minute < 240; minute += 1) {
      await scene.world.time.advance(60_000);
      const { epochMs, uncertaintyMs } = tai.clock.read("tai")!;
      assert.ok(Math.abs(epochMs - scene.trueMs - 37_000) <= uncertaintyMs!, `minute ${minute}`);
    }
    assert.equal(tai.clock.counters.refused.contradictory, 0);
    assert.equal(tai.clock.counters.steps, 1);
    assert.equal(utc.clock.counters.refused.contradictory, 2);
    assert.equal(utc.clock.counters.steps, 2);
    assert.ok(Math.abs(utc.clock.now().unixMs - (scene.trueMs - 1000)) < STEP_THRESHOLD_MS);
  });

  it("passes the promise on from device to device", async () => {
    const scene = new TimeWorld(15, { ...RADIO, loss: 0.1 });
    scene.serve(new WallClock(() => scene.trueMs + 25, { uncertaintyMs: 30 }));
    const near = await scene.device({}, { clockDriftPpm: 80 }, "fd00::2");
    const far = await scene.device({ server: "coap://[fd00::2]/time" }, { clockDriftPpm: -80 }, "fd00::3");
    for (let minute = 1; minute <= 300; minute += 1) {
      await scene.world.time.advance(60_000);
      if (near.clock.synchronized) scene.checkPromise(near.clock, `near, minute ${minute}`);
      if (far.clock.synchronized) scene.checkPromise(far.clock, `far, minute ${minute}`);
    }
    const uncertainty = (clock: SynchronizedClock): number => clock.read("utc")!.uncertaintyMs!;
    assert.ok(uncertainty(near.clock) > 30 && uncertainty(near.clock) < 200, `${uncertainty(near.clock)} ms`);
    assert.ok(uncertainty(far.clock) > 30 && uncertainty(far.clock) < 300, `${uncertainty(far.clock)} ms`);
  });

  it("MAX_TIME_BYTES: takes an answer of that length, and none that is longer", async () => {
    for (const excess of [0, 1]) {
      const scene = new TimeWorld(16);
      const seconds = (): string => String(Math.floor(scene.trueMs / 1000)).padEnd(MAX_TIME_BYTES + excess);
      scene.serveWith(() => text(seconds()));
      const { clock, lines } = await scene.device();
      await scene.world.time.advance(10_000);
      assert.equal(clock.synchronized, excess === 0);
      if (excess > 0) assert.match(lines[0] ?? "", /LimitError/u);
    }
  });

  it("RFC 7641: observers of the time see it advance, and those of its state each exchange", async () => {
    const scene = new TimeWorld(12);
    scene.serve();
    await scene.device({ notifyIntervalMs: 5000 });
    await scene.world.time.advance(40_000);
    const { client } = new Endpoint(scene.world.host("fd00::3"));
    const observation = await scene.world.time.until(
      client.observe("coap://[fd00::2]/time", { accept: TEXT_PLAIN }),
    );
    const seconds: number[] = [];
    for (let count = 0; count < 4; count += 1) {
      const { value } = await scene.world.time.until(observation.next());
      seconds.push(Number(value!.text()));
    }
    await scene.world.time.until(observation.cancel());
    assert.deepEqual(seconds.map((second) => second - seconds[1]!).slice(1), [0, 5, 10]);
  });

  it("leaves nothing behind when it is stopped", async () => {
    const scene = new TimeWorld(13);
    scene.serve();
    const { device, feature } = await scene.device();
    await scene.world.time.advance(30_000);
    await device.stop();
    assert.equal(feature.clock, undefined);
    const polls = scene.world.network;
    await scene.world.time.advance(10 * HOUR_MS);
    assert.ok(
      polls !== undefined && scene.world.time.pending === 0,
      `${scene.world.time.pending} timers are left`,
    );
  });
});
