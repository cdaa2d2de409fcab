import { toHex } from "../../../../src/bytes/hex.js";
import { CachingClient, type CacheLimits } from "../../../../src/coap/cache/caching-client.js";
import { EMPTY } from "../../../../src/coap/codec/code.js";
import { Options } from "../../../../src/coap/codec/options.js";
import { ClientErrorResponse, ServerErrorResponse } from "../../../../src/coap/errors.js";
import {
  NO_RESPONSE_AT_ALL,
  NO_SERVER_ERROR,
  NO_SUCCESS,
} from "../../../../src/coap/requesting/no-response.js";
import { assert, describe, it } from "../../../portable.js";
import { Lab, empty, reply } from "../wire.js";

/** A caching client, and a server that answers by hand. */
class Shelf {
  readonly lab = new Lab();
  readonly client: CachingClient;
  /** Code and the rest of the next answers. */
  code = "45";
  rest = "ff31";

  constructor(limits: Partial<CacheLimits> = {}) {
    this.client = new CachingClient(this.lab.endpoint.client, this.lab.host.clock, limits);
    this.lab.wire.answer = (heard) => reply(heard, "ACK", this.code, this.rest);
  }

  says(code: string, rest: string): this {
    this.code = code;
    this.rest = rest;
    return this;
  }

  /** The text of a resource, and how many requests it took. */
  async get(path = "a"): Promise<readonly [text: string, requests: number]> {
    const response = await this.lab.until(this.client.get(this.lab.uri(path)));
    return [response.text(), this.requests()];
  }

  requests(): number {
    return this.lab.wire.take().length;
  }
}

describe("client cache", () => {
  it("RFC 7252 §5.6.1: a response is used again while its age is at most Max-Age, 60 s by default", async () => {
    const shelf = new Shelf();
    assert.deepEqual(await shelf.get(), ["1", 1]);
    assert.deepEqual(await shelf.says("45", "ff32").get(), ["1", 0]);
    await shelf.lab.advance(60_000 - shelf.lab.world.time.nowMs);
    assert.deepEqual(await shelf.get(), ["1", 0]);
    await shelf.lab.advance(1);
    assert.deepEqual(await shelf.get(), ["2", 1]);
  });

  it("maxFreshS: a response is used again for so long at most, whatever Max-Age it or a 2.03 has", async () => {
    // 9, 10, 11 and 4,294,967,295 seconds.
    for (const [maxAge, freshS] of [
      ["a109", 9],
      ["a10a", 10],
      ["a10b", 10],
      ["a4ffffffff", 10],
    ] as const) {
      const shelf = new Shelf({ maxFreshS: 10 }).says("45", `41aa${maxAge}ff31`);
      await shelf.get();
      const startMs = shelf.lab.world.time.nowMs;
      await shelf.lab.advance(freshS * 1000 - 10);
      assert.deepEqual(await shelf.get(), ["1", 0]);
      await shelf.lab.advance(11);
      assert.deepEqual(await shelf.says("43", `41aa${maxAge}`).get(), ["1", 1], "asked again");
      await shelf.lab.advance(freshS * 1000 - 10);
      assert.deepEqual(await shelf.get(), ["1", 0]);
      await shelf.lab.advance(11);
      assert.deepEqual(await shelf.get(), ["1", 1], `${shelf.lab.world.time.nowMs - startMs} ms`);
    }
  });

  it("RFC 7252 §5.10.5: what is left of Max-Age is told, with the other options", async () => {
    const shelf = new Shelf();
    // ETag aa, Content-Format 60, Max-Age 10.
    shelf.says("45", "41aa" + "813c" + "210a" + "ff31");
    await shelf.get();
    await shelf.lab.advance(3500);
    const response = await shelf.client.get(shelf.lab.uri("a"));
    assert.deepEqual([response.maxAge, response.contentFormat, response.code], [7, 60, 0x45]);
    assert.deepEqual([toHex(response.etag!), response.remote.address], ["aa", "fd00::2"]);
    assert.equal(response.roundTripMs, undefined);
  });

  it("RFC 7252 §5.6.1: Max-Age 0 prevents caching", async () => {
    const shelf = new Shelf().says("45", "d001ff31");
    assert.deepEqual(await shelf.get(), ["1", 1]);
    assert.equal(shelf.client.size, 0);
    assert.deepEqual(await shelf.get(), ["1", 1]);
  });

  it("RFC 7252 §5.6.2, §5.9.1.3: a stale response is validated by its ETag, and updated", async () => {
    const shelf = new Shelf().says("45", "41aa" + "a105" + "ff31");
    assert.deepEqual(await shelf.get(), ["1", 1]);
    await shelf.lab.advance(6000);
    // 2.03 with ETag aa and Max-Age 100.
    shelf.says("43", "41aa" + "a164");
    const response = await shelf.lab.until(shelf.client.get(shelf.lab.uri("a")));
    assert.deepEqual([response.code, response.text()], [0x45, "1"]);
    const [request] = shelf.lab.wire.take();
    assert.equal(request!.slice(16), "41aa" + "7161");
    await shelf.lab.advance(99_000);
    assert.deepEqual(await shelf.get(), ["1", 0]);
  });

  it("RFC 7252 §5.9.1.3: safe options of a 2.03 take the place of the stored ones, others stay", async () => {
    // Content-Format 60, Max-Age 0; option 64 (safe to forward) of value 01.
    const shelf = new Shelf().says("45", "41aa" + "813c" + "20" + "d12501" + "ff31");
    await shelf.get();
    shelf.says("43", "41aa" + "d12f02");
    const response = await shelf.lab.until(shelf.client.get(shelf.lab.uri("a")));
    assert.deepEqual([response.contentFormat, response.options.uint(64), response.maxAge], [60, 2, 60]);
  });

  it("RFC 7252 §5.6.2: any other response to a validation takes the place of the stored one", async () => {
    const shelf = new Shelf().says("45", "41aa" + "a0" + "ff31");
    await shelf.get();
    assert.deepEqual(await shelf.says("45", "41bb" + "ff32").get(), ["2", 1]);
    assert.deepEqual(await shelf.get(), ["2", 0]);
    assert.equal(shelf.client.size, 1);
  });

  it("RFC 7252 §5.6.2: a 2.03 with another tag says nothing: the server is asked again", async () => {
    const shelf = new Shelf().says("45", "41aa" + "a0" + "ff31");
    await shelf.get();
    shelf.lab.wire.answer = (heard) =>
      heard[8] === 0x41 ? reply(heard, "ACK", "43", "41bb") : reply(heard, "ACK", "45", "ff33");
    assert.deepEqual(await shelf.get(), ["3", 2]);
  });

  it("RFC 7252 §5.6: another method, option or server is another request", async () => {
    const shelf = new Shelf();
    const { client, lab } = shelf;
    const ask = async (request: Promise<unknown>): Promise<number> => {
      await lab.until(request);
      return shelf.requests();
    };
    const uri = lab.uri("a");
    assert.equal(await ask(client.get(uri)), 1);
    assert.equal(await ask(client.get(uri, { accept: 60 })), 1);
    assert.equal(await ask(client.get(lab.uri("a?x"))), 1);
    assert.equal(await ask(client.get("coap://dev:40000/a", { address: "fd00::2" })), 1);
    assert.equal(await ask(client.fetch(uri, { payload: Uint8Array.of(1) })), 1);
    assert.equal(await ask(client.fetch(uri, { payload: Uint8Array.of(2) })), 1);
    assert.equal(client.size, 6);
    assert.equal(await ask(client.fetch(uri, { payload: Uint8Array.of(1) })), 0, "RFC 8132 §2");
    assert.equal(await ask(client.get("coap://[FD00::0:2]:40000/a")), 0, "the same address");
  });

  it("RFC 7252 §5.4.6: a NoCacheKey option makes no other request, any other option does", async () => {
    const { client, lab } = new Shelf();
    await lab.until(client.get(lab.uri("a")));
    // 0x1c is NoCacheKey, 0x20 is not.
    for (const [number, requests] of [
      [2048 + 0x1c, 0],
      [2048 + 0x20, 1],
    ] as const) {
      lab.wire.take();
      await lab.until(client.get(lab.uri("a"), { options: new Options().addUint(number, 1) }));
      assert.equal(lab.wire.take().length, requests);
    }
  });

  it("RFC 7252 §5.9.2, §5.9.3: errors are cacheable", async () => {
    for (const [code, type] of [
      ["84", ClientErrorResponse],
      ["a3", ServerErrorResponse],
    ] as const) {
      const shelf = new Shelf().says(code, "ff6f68");
      for (const requests of [1, 0]) {
        const error = await shelf.lab.until(assert.rejects(shelf.client.get(shelf.lab.uri("a")), type));
        assert.deepEqual([error.diagnostic, shelf.requests()], ["oh", requests]);
      }
      await shelf.lab.advance(61_000);
      assert.deepEqual(await shelf.says("45", "ff31").get(), ["1", 1]);
    }
  });

  it("RFC 8516 §4: after 4.29 nothing is asked until Max-Age has passed", async () => {
    // Max-Age 5.
    const shelf = new Shelf().says("9d", "d10105");
    const ask = (): Promise<Error> =>
      shelf.lab.until(assert.rejects(shelf.client.get(shelf.lab.uri("a")), ClientErrorResponse, "4.29"));
    await ask();
    await shelf.lab.advance(4900);
    await ask();
    assert.equal(shelf.requests(), 1);
    await shelf.lab.advance(100);
    await ask();
    assert.equal(shelf.requests(), 1);
  });

  it("RFC 7252 §5.6: a success with a code that is not known is not cached", async () => {
    const shelf = new Shelf().says("5e", "ff31");
    assert.deepEqual(await shelf.get(), ["1", 1]);
    assert.deepEqual(await shelf.get(), ["1", 1]);
  });

  it("RFC 7252 §5.9.1: what was created, deleted or changed is not fresh, whatever was asked of it", async () => {
    for (const [method, code] of [
      ["put", "41"],
      ["delete", "42"],
      ["post", "44"],
    ] as const) {
      const shelf = new Shelf();
      const { client, lab } = shelf;
      await shelf.get("a");
      await shelf.get("b");
      await lab.until(client.get(lab.uri("a"), { accept: 0 }));
      shelf.says(code, "");
      await lab.until(client[method](lab.uri("a")));
      assert.equal(shelf.requests(), 2);
      shelf.says("45", "ff32");
      assert.deepEqual(await shelf.get("a"), ["2", 1]);
      assert.deepEqual(await shelf.get("b"), ["1", 0]);
      assert.equal((await lab.until(client.get(lab.uri("a"), { accept: 0 }))).text(), "2");
    }
  });

  it("RFC 7252 §5.10.7: nor is what Location names", async () => {
    const shelf = new Shelf();
    await shelf.get("b/c?x");
    await shelf.get("a");
    // Location-Path b, c; Location-Query x.
    shelf.says("41", "8162" + "0163" + "c178");
    await shelf.lab.until(shelf.client.post(shelf.lab.uri("f")));
    shelf.requests();
    shelf.says("45", "ff32");
    assert.deepEqual(await shelf.get("b/c?x"), ["2", 1]);
    assert.deepEqual(await shelf.get("a"), ["1", 0]);
  });

  it("passes by what is about more than a representation, and forgets what that makes old", async () => {
    const shelf = new Shelf();
    const { client, lab } = shelf;
    await shelf.get();
    const response = await lab.until(client.get(lab.uri("a"), { etags: [Uint8Array.of(9)] }));
    assert.deepEqual([response.text(), shelf.requests()], ["1", 1]);
    assert.equal(client.size, 0, "RFC 7252 §5.6.1");
  });

  it("RFC 7967 §3.3: what comes back although the request has No-Response is stored", async () => {
    const shelf = new Shelf();
    const { client, lab } = shelf;
    await lab.until(client.get(lab.uri("a"), { noResponse: NO_SERVER_ERROR }));
    assert.equal(shelf.requests(), 1);
    assert.deepEqual(await shelf.says("45", "ff32").get(), ["1", 0]);
    await lab.until(client.get(lab.uri("a"), { noResponse: NO_SERVER_ERROR }));
    assert.equal(shelf.requests(), 1, "the server is asked all the same");
    assert.deepEqual(await shelf.get(), ["2", 0]);
    shelf.says("84", "");
    const error = lab.until(client.get(lab.uri("e"), { noResponse: NO_SUCCESS }));
    await assert.rejects(error, ClientErrorResponse);
    shelf.requests();
    await assert.rejects(shelf.get("e"), ClientErrorResponse);
    assert.equal(shelf.requests(), 0);
  });

  it("RFC 7967 §2.1: silence says nothing of what is stored", async () => {
    const shelf = new Shelf();
    const { client, lab } = shelf;
    await shelf.get();
    lab.wire.answer = (heard) => empty(heard, "ACK");
    const silence = await lab.until(client.get(lab.uri("a"), { noResponse: NO_RESPONSE_AT_ALL }));
    assert.equal(silence.code, EMPTY);
    shelf.requests();
    assert.deepEqual(await shelf.get(), ["1", 0]);
  });

  it("limit responses: what was used longest ago goes first", async () => {
    const shelf = new Shelf({ responses: 2 });
    for (const path of ["a", "b", "a", "c"]) await shelf.get(path);
    assert.equal(shelf.client.size, 2);
    assert.deepEqual(await shelf.get("a"), ["1", 0]);
    assert.deepEqual(await shelf.get("b"), ["1", 1]);
    shelf.client.clear();
    assert.equal(shelf.client.size, 0);
  });

  it("limit bytes: at the limit a response is stored, one byte more is not, and two share it", async () => {
    const whole = new Shelf();
    const needed = await smallest(whole);
    for (const [bytes, size] of [
      [needed, 1],
      [needed - 1, 0],
      [2 * needed, 2],
      [2 * needed - 1, 1],
    ] as const) {
      const shelf = new Shelf({ bytes });
      await shelf.get("a");
      await shelf.get("b");
      assert.equal(shelf.client.size, size, `${bytes}`);
    }
  });
});

/** Bytes that the cache counts for one response: its key, its target, a header and one byte of payload. */
async function smallest(shelf: Shelf): Promise<number> {
  await shelf.get("a");
  assert.equal(shelf.client.size, 1);
  const target = "fd00::2 40000 11:61".length;
  return "1 ".length + target + target + 4 + 1;
}
