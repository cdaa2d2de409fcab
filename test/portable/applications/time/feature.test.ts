import { describe, it, assert } from "../../../portable.js";
import { encodeUtf8 } from "../../../../src/bytes/utf8.js";
import type { Endpoint } from "../../../../src/coap/endpoint.js";
import { TEXT_PLAIN } from "../../../../src/coap/codec/content-format.js";
import { UriError } from "../../../../src/coap/codec/uri.js";
import { TimeoutError } from "../../../../src/coap/errors.js";
import { Site } from "../../../../src/coap/server/site.js";
import type { Platform } from "../../../../src/ports/platform.js";
import { MemoryKeyValue } from "../../../../src/storage/memory.js";
import {
  NOTIFY_INTERVAL_MS,
  time,
  type TimeFeature,
  type TimeOptions,
} from "../../../../src/applications/time/feature.js";
import { FakeClient, FakeHost, response, START_MS } from "./fakes.js";

/** A device's surroundings, with nothing real in them. */
class Scene {
  readonly host = new FakeHost();
  readonly coap = new FakeClient();
  readonly site = new Site();
  readonly keyValue = new MemoryKeyValue();

  start(options: TimeOptions): TimeFeature {
    const { host, keyValue, coap, site } = this;
    const { clock, timers, random, console } = host;
    const platform = { clock, timers, random, console, keyValue } as unknown as Platform;
    const feature = time(options);
    feature.start({ platform, endpoint: { client: coap } as unknown as Endpoint, site });
    return feature;
  }

  answer(epochMs: number): void {
    this.coap.answers.push(() => response(encodeUtf8(String(epochMs / 1000)), TEXT_PLAIN));
  }

  paths(): string[] {
    return this.site.links.map(({ target }) => target);
  }
}

describe("time as a feature", () => {
  it("mounts its resources, sets its clock, says so and remembers the time", async () => {
    const scene = new Scene();
    const feature = scene.start({ server: "coap://[fd00::1]/time", path: "clock", notifyIntervalMs: 0 });
    assert.deepEqual(scene.paths(), ["/clock", "/clock/status"]);
    scene.answer(START_MS);
    await scene.host.fire();
    assert.ok(feature.clock?.synchronized);
    assert.deepEqual(scene.host.lines, ["time: synchronised: 2026-01-01T00:00:00.500Z, at most 502 ms off"]);
    const stored = scene.keyValue.open({ path: "time" }).read("last");
    assert.equal(stored?.byteLength, 6);
  });

  it("reports the loss of the server and its return", async () => {
    const scene = new Scene();
    scene.start({ server: "coap://[fd00::1]/time", notifyIntervalMs: 0 });
    scene.answer(START_MS);
    scene.coap.answers.push(() => new TimeoutError("nobody there"));
    scene.answer(START_MS);
    for (let poll = 0; poll < 3; poll += 1) await scene.host.fire();
    assert.equal(
      scene.host.lines[1],
      "time: no time from the server (TimeoutError: nobody there); next attempt in 16 s",
    );
    assert.equal(
      scene.host.lines[2],
      "time: the server answers again: 2026-01-01T00:00:00.500Z, at most 502 ms off",
    );
  });

  it("MAX_UNCERTAINTY_MS: says so when the server was silent for too long, and when it is back", async () => {
    const scene = new Scene();
    const feature = scene.start({ server: "coap://[fd00::1]/time", notifyIntervalMs: 0 });
    scene.answer(START_MS);
    await scene.host.fire();
    scene.host.nowMs += 2 * 365 * 86_400_000;
    scene.coap.answers.push(() => new TimeoutError("nobody there"));
    await scene.host.fire();
    assert.ok(!feature.clock!.synchronized);
    assert.equal(
      scene.host.lines[2],
      "time: no longer synchronised: the server has been silent for too long",
    );
    scene.answer(START_MS + 2 * 365 * 86_400_000);
    await scene.host.fire();
    assert.ok(feature.clock!.synchronized);
    assert.ok(
      scene.host.lines[3]!.startsWith("time: synchronised: 2028-01-01T00:00:00."),
      scene.host.lines[3],
    );
  });

  it("starts from the time that was stored", async () => {
    const scene = new Scene();
    const first = scene.start({ server: "coap://[fd00::1]/time" });
    scene.answer(START_MS);
    await scene.host.fire();
    first.stop();
    const second = scene.start({});
    const { unixMs, synchronized } = second.clock!.now();
    assert.ok(!synchronized && Math.abs(unixMs - START_MS) < 1001, `${unixMs}`);
  });

  it("NOTIFY_INTERVAL_MS: lets observers see the time advance", async () => {
    const scene = new Scene();
    const notified: string[] = [];
    scene.site.attach((resource) => notified.push(resource.path.join("/")));
    scene.start({ server: "coap://[fd00::1]/time" });
    assert.deepEqual(scene.host.delays, [0, NOTIFY_INTERVAL_MS]);
    scene.answer(START_MS);
    await scene.host.fire();
    assert.deepEqual(notified, ["time", "time/status"]);
    await scene.host.fire();
    assert.deepEqual(notified, ["time", "time/status", "time"]);
    assert.equal(scene.host.delays.at(-1), NOTIFY_INTERVAL_MS);
  });

  it("without a server asks nobody, and after stop() leaves nothing", () => {
    const scene = new Scene();
    const feature = scene.start({});
    assert.deepEqual(scene.host.delays, [NOTIFY_INTERVAL_MS]);
    assert.equal(feature.name, "time");
    feature.stop();
    feature.stop();
    assert.equal(scene.host.waiting, 0);
    assert.equal(feature.clock, undefined);
    assert.deepEqual(scene.paths(), []);
    assert.equal(scene.coap.asked.length, 0);
  });

  it("refuses a server that is no URI, before it begins", () => {
    assert.throws(() => new Scene().start({ server: "time.example" }), UriError);
  });
});
