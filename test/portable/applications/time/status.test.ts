import { describe, it, assert } from "../../../portable.js";
import { decodeUtf8 } from "../../../../src/bytes/utf8.js";
import { formatDiagnostic } from "../../../../src/cbor/diagnostic.js";
import { NOT_ACCEPTABLE } from "../../../../src/coap/codec/code.js";
import { CBOR, JSON_FORMAT } from "../../../../src/coap/codec/content-format.js";
import { RequestError } from "../../../../src/coap/server/request-error.js";
import { Site } from "../../../../src/coap/server/site.js";
import { TimeClient } from "../../../../src/applications/time/client.js";
import { SynchronizedClock } from "../../../../src/applications/time/clock.js";
import { mountTimeStatus } from "../../../../src/applications/time/status.js";
import { FakeClient, FakeHost, getRequest, START_MS } from "./fakes.js";

async function get(
  clock: SynchronizedClock,
  client: TimeClient | undefined,
  accept?: number,
): Promise<Uint8Array> {
  const response = await mountTimeStatus(new Site(), "time/status", clock, client).definition.get!(
    getRequest([], accept),
  );
  assert.equal(response.maxAge, 0);
  assert.equal(response.contentFormat, accept ?? 0);
  return response.payload!;
}

describe("time status resource", () => {
  it("tells what is known before synchronisation", async () => {
    const host = new FakeHost();
    const clock = new SynchronizedClock(host.clock, { earliestPlausibleMs: START_MS + 0.5 });
    const text = decodeUtf8(await get(clock, undefined));
    assert.ok(text.startsWith("synchronized false\nnot-before 2026-01-01T00:00:00.000Z\nscale utc\n"), text);
    assert.ok(!text.includes("server"));
  });

  it("tells time, uncertainty and counters, alike as text and as CBOR", async () => {
    const host = new FakeHost();
    const clock = new SynchronizedClock(host.clock);
    const server = "coap://[fd00::1]/time";
    const client = new TimeClient({ server, clock, client: new FakeClient(), platform: host });
    const reading = { epochMs: START_MS, resolutionMs: 0, uncertaintyMs: 40, scale: "utc" } as const;
    clock.exchange(0, 0, reading);
    clock.exchange(0, 0, { ...reading, epochMs: 0 });
    clock.exchange(0, 0, { ...reading, scale: "tai" });
    const facts = [
      "synchronized true",
      "time 2026-01-01T00:00:00.000Z",
      "uncertainty-ms 42",
      "scale utc",
      "accepted 1",
      "steps 1",
      "refused-implausible 1",
      "refused-contradictory 0",
      "refused-scale 1",
      "refused-untimely 0",
      `server ${server}`,
      "polls 0",
      "failures 0",
      "malformed 0",
    ];
    assert.equal(decodeUtf8(await get(clock, client)), `${facts.join("\n")}\n`);
    const cbor = formatDiagnostic(await get(clock, client, CBOR));
    const start =
      '{"synchronized": true, "time": 0("2026-01-01T00:00:00.000Z"), "uncertainty-ms": 42, "scale": "utc", ';
    assert.ok(cbor.startsWith(start), cbor);
    assert.ok(cbor.endsWith(`"server": "${server}", "polls": 0, "failures": 0, "malformed": 0}`), cbor);
  });

  it("tells the drift once it is measured", async () => {
    const host = new FakeHost();
    const clock = new SynchronizedClock(host.clock);
    for (const seconds of [0, 20_000, 40_000]) {
      host.nowMs = seconds * 1000 * (1 + 50e-6);
      const reading = {
        epochMs: START_MS + seconds * 1000,
        resolutionMs: 0,
        uncertaintyMs: 0,
        scale: "utc",
      } as const;
      clock.exchange(host.nowMs, host.nowMs, reading);
    }
    const text = decodeUtf8(await get(clock, undefined));
    assert.ok(text.includes("\ndrift-ppm 50\n"), text);
  });

  it("RFC 7252 §5.10.4: refuses other formats with 4.06", async () => {
    const clock = new SynchronizedClock(new FakeHost().clock);
    const error = await assert.rejects(get(clock, undefined, JSON_FORMAT), RequestError, "got 50");
    assert.equal(error.code, NOT_ACCEPTABLE);
  });
});
