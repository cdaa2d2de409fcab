import { decodeUtf8 } from "../../../../../src/bytes/utf8.js";
import { CHANGED } from "../../../../../src/coap/codec/code.js";
import { Endpoint } from "../../../../../src/coap/endpoint.js";
import { RefusedError } from "../../../../../src/coap/errors.js";
import { changed, text } from "../../../../../src/coap/server/response.js";
import { Site } from "../../../../../src/coap/server/site.js";
import { SlipmuxLine } from "../../../../../src/coap/transport/slipmux/line.js";
import { resolveLineUri, slipmuxTransport } from "../../../../../src/coap/transport/slipmux/transport.js";
import { SeededRandom, World, assert, describe, it } from "../../../../portable.js";
import { SerialCable, type Noise } from "./serial-cable.js";

const DEVICE = "coap://[fe80::1%25uart]";

/** A host and a platform, each an endpoint with a resource, at the two ends of a cable. */
class Desk {
  readonly world: World;
  readonly cable: SerialCable;
  readonly hostLine: SlipmuxLine;
  readonly deviceLine: SlipmuxLine;
  readonly host: Endpoint;
  readonly device: Endpoint;
  readonly site = new Site();
  stored = "";
  diagnostics = "";

  constructor({ noise, seed = 1 }: { noise?: Noise; seed?: number } = {}) {
    this.world = new World({ seed });
    this.cable = new SerialCable(this.world.time, noise ? { noise } : {});
    this.deviceLine = new SlipmuxLine(this.cable.open);
    this.hostLine = new SlipmuxLine(this.cable.open, {
      onDiagnostic: (utf8) => void (this.diagnostics += decodeUtf8(utf8)),
    });
    this.site.add("store", {
      get: () => text(this.stored),
      put: ({ payload }) => {
        this.stored = decodeUtf8(payload);
        return changed();
      },
    });
    const hostSite = new Site();
    hostSite.add("who", { get: () => text("host") });
    this.device = new Endpoint(this.world.host("fd00::1"), {
      site: this.site,
      transport: slipmuxTransport(this.deviceLine),
    });
    this.host = new Endpoint(this.world.host("fd00::2"), {
      site: hostSite,
      transport: slipmuxTransport(this.hostLine),
    });
  }

  until<T>(promise: Promise<T>): Promise<T> {
    return this.world.time.until(promise);
  }
}

describe("CoAP over a serial line", () => {
  it("slipmux §5: both ends ask and answer", async () => {
    const desk = new Desk();
    desk.stored = "configured";
    assert.equal((await desk.until(desk.host.client.get(`${DEVICE}/store`))).text(), "configured");
    assert.equal((await desk.until(desk.device.client.get(`${DEVICE}/who`))).text(), "host");
    assert.ok((await desk.until(desk.host.client.ping(DEVICE))) > 0);
  });

  it("slipmux §5: bodies in blocks go both ways", async () => {
    const desk = new Desk();
    const body = "0123456789".repeat(300);
    const payload = Uint8Array.from(body, (digit) => digit.charCodeAt(0));
    const response = await desk.until(desk.host.client.put(`${DEVICE}/store`, { payload, blockSize: 256 }));
    assert.equal(response.code, CHANGED);
    assert.equal(desk.stored, body);
    assert.equal((await desk.until(desk.host.client.get(`${DEVICE}/store`))).text(), body);
  });

  it("RFC 7641 §3.2: notifications come over a serial line", async () => {
    const desk = new Desk();
    let count = 0;
    const counter = desk.site.add("counter", { get: () => text(String(count)), observable: true });
    const observation = await desk.until(desk.host.client.observe(`${DEVICE}/counter`));
    const seen = [(await desk.until(observation.next())).value?.text()];
    for (count = 1; count <= 3; count += 1) {
      counter.notify();
      seen.push((await desk.until(observation.next())).value?.text());
    }
    assert.deepEqual(seen, ["0", "1", "2", "3"]);
    await desk.until(observation.cancel());
  });

  it("slipmux §4: diagnostic text between the messages of an exchange", async () => {
    const desk = new Desk();
    desk.site.add("loud", {
      get: () => {
        desk.deviceLine.writeDiagnostic("asked\n");
        return text("done");
      },
    });
    assert.equal((await desk.until(desk.host.client.get(`${DEVICE}/loud`))).text(), "done");
    assert.equal(desk.diagnostics, "asked\n");
    // A platform ignores it.
    desk.hostLine.writeDiagnostic("no command\n");
    await desk.world.time.advance(100);
    assert.equal(desk.device.counters.received, 1);
  });

  it("RFC 7252 §4.2: a line that loses and changes bytes: what is asked is done, once", async () => {
    for (let seed = 1; seed <= 3; seed += 1) {
      const random = new SeededRandom(seed);
      const noise: Noise = (byte) => {
        if (random.chance(0.004)) return undefined;
        return random.chance(0.004) ? random.integer(0, 255) : byte;
      };
      const desk = new Desk({ noise, seed });
      let posts = 0;
      desk.site.add("count", { post: () => text(String((posts += 1))) });
      for (let round = 1; round <= 20; round += 1) {
        const response = await desk.until(desk.host.client.post(`${DEVICE}/count`));
        assert.equal(response.text(), String(round), `seed ${seed}`);
      }
      const { counters } = desk.deviceLine;
      const ignored = counters.badFcs + counters.unknown + counters.badEscape + desk.hostLine.counters.badFcs;
      assert.ok(ignored > 0, `seed ${seed}: nothing was spoilt`);
      assert.equal(desk.device.counters.malformed, 0, "no spoilt message came through");
    }
  });

  it("garbage of any kind: the next request is answered, and nothing is held", async () => {
    const random = new SeededRandom(9);
    const desk = new Desk();
    desk.stored = "still here";
    for (let round = 0; round < 100; round += 1) {
      const garbage = new Uint8Array(random.integer(1, 100));
      random.fill(garbage);
      // Many delimiters, escapes and frames that look like CoAP.
      for (let at = 0; at < garbage.length; at += 1)
        if (random.chance(0.3)) garbage[at] = [0xc0, 0xdb, 0xdc, 0xa9][random.integer(0, 3)]!;
      desk.cable.inject(garbage);
    }
    assert.equal((await desk.until(desk.host.client.get(`${DEVICE}/store`))).text(), "still here");
    assert.equal(desk.device.counters.received, 1);
    assert.equal(desk.deviceLine.unsentBytes, 0);
  });

  it("a frame that stops in its middle costs nothing but itself", async () => {
    const desk = new Desk();
    desk.stored = "still here";
    desk.cable.inject(Uint8Array.of(0xc0, 0xa9, 0x40, 0x01));
    await desk.world.time.advance(3_600_000);
    assert.equal((await desk.until(desk.host.client.get(`${DEVICE}/store`))).text(), "still here");
    assert.equal(desk.deviceLine.counters.badFcs, 1);
  });

  it("a line that ends fails what is under way", async () => {
    const desk = new Desk();
    const request = desk.host.client.get(`${DEVICE}/store`);
    const failure = request.then(
      () => undefined,
      (error: unknown) => error,
    );
    await desk.world.time.advance(0.5);
    desk.cable.cut(new Error("unplugged"));
    const error = await desk.until(failure);
    assert.ok(error instanceof RefusedError, String(error));
    assert.equal(error.message, "fe80::1%uart port 5683: unplugged");
  });

  it("leads to one peer, and to no group", async () => {
    const desk = new Desk();
    let failure: unknown;
    try {
      await desk.until(desk.host.client.get("coap://[fe80::2%25uart]/store"));
    } catch (error) {
      failure = error;
    }
    assert.ok(failure instanceof RefusedError, String(failure));
    assert.throws(() => desk.host.joinGroup("ff02::fd%uart"), RangeError);
    desk.host.close();
    desk.device.close();
  });

  const uris: readonly (readonly [given: string, taken: string])[] = [
    ["coap+uart://ttyUSB0/APlist", "coap://[fe80::1%25ttyUSB0]/APlist"],
    ["COAP+UART://ttyUSB0", "coap://[fe80::1%25ttyUSB0]"],
    ["coap+uart:///APlist?a=1", "coap://[fe80::1%25uart]/APlist?a=1"],
    ["coap://[::1]/x", "coap://[::1]/x"],
  ];
  for (const [given, taken] of uris)
    it(`slipmux §5: ${given} is ${taken} to a client`, () => {
      assert.equal(resolveLineUri(given), taken);
    });
});
