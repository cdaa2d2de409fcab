import { fromHex, toHex } from "../../../../src/bytes/hex.js";
import { encodeUtf8 } from "../../../../src/bytes/utf8.js";
import { OBSERVE } from "../../../../src/coap/codec/option-number.js";
import { Options } from "../../../../src/coap/codec/options.js";
import { Endpoint } from "../../../../src/coap/endpoint.js";
import { ResetError } from "../../../../src/coap/errors.js";
import { StatelessRequests } from "../../../../src/coap/stateless/stateless-requests.js";
import { TokenLengthError } from "../../../../src/coap/stateless/token-support.js";
import { text } from "../../../../src/coap/server/response.js";
import { World, assert, describe, it } from "../../../portable.js";
import { Lab, empty, reply } from "../wire.js";
import { ChecksumProtector } from "./checksum-protector.js";

const STATE = Uint8Array.of(0xca, 0xfe);

/** A client without state, and a peer that has shown that it takes its tokens. */
class Bench {
  readonly lab = new Lab();
  /** The states that came back, with the payload beside each. */
  readonly states: string[] = [];
  readonly requests: StatelessRequests;

  constructor(outstanding = 32) {
    this.requests = new StatelessRequests(this.lab.endpoint.client, {
      protector: new ChecksumProtector(),
      maxStateBytes: 4,
      outstanding,
      onResponse: (state, response) => void this.states.push(`${toHex(state)} ${response.text()}`),
    });
  }

  /** Sends one request, after the trial. */
  async send(confirmable = false, state = STATE): Promise<Uint8Array> {
    this.lab.wire.answer = (request) => reply(request, "ACK", "84");
    await this.lab.until(this.requests.send(this.lab.uri("a"), state, { confirmable: false }));
    await this.lab.advance(5);
    this.lab.wire.answer = undefined;
    const request = fromHex(this.lab.wire.take().at(-1)!);
    if (!confirmable) return request;
    // Its acknowledgement is waited for.
    this.requests.send(this.lab.uri("a"), state, { confirmable }).catch(() => undefined);
    await this.lab.advance(5);
    return fromHex(this.lab.wire.take().at(-1)!);
  }

  /** What comes back for a message of the peer. */
  async hear(message: string): Promise<string[]> {
    this.lab.wire.send(message);
    await this.lab.advance(5);
    return this.lab.wire.take();
  }
}

/** The same message with the last byte of its token changed. */
function forge(request: Uint8Array): Uint8Array {
  const changed = request.slice();
  changed[17 + request[4]!]! ^= 1;
  return changed;
}

describe("requests without state", () => {
  it("RFC 8974 §3.2: finds out with a request whose state is kept, then sends a Non-confirmable one", async () => {
    const bench = new Bench();
    const { lab } = bench;
    lab.wire.answer = (request) => reply(request, "ACK", "84");
    await lab.until(bench.requests.send(lab.uri("a"), STATE));
    await lab.advance(5);
    const [trial, request] = lab.wire.take();
    // 4 + 4 + 4 + 8 bytes: the longest token; then 4 + 4 + 2 + 8.
    assert.equal(trial?.slice(0, 4), "4d01");
    assert.equal(trial?.slice(8, 10), "07");
    assert.equal(request?.slice(0, 4), "5d01");
    assert.equal(request?.slice(8, 10), "05");
    assert.equal(request?.slice(10, 18), "00000000");
    assert.equal(request?.slice(26, 30), "cafe");
    assert.deepEqual(bench.states, [], "the trial is nobody's response");
  });

  it("RFC 8974 §3.2: sends nothing to a server that rejects such tokens", async () => {
    const bench = new Bench();
    const { lab } = bench;
    lab.wire.answer = (request) => empty(request, "RST");
    await assert.rejects(lab.until(bench.requests.send(lab.uri("a"), STATE)), TokenLengthError);
    assert.equal(lab.wire.take().length, 1);
  });

  for (const type of ["CON", "NON"] as const)
    it(`RFC 8974 §3.3: takes a ${type} response, once`, async () => {
      const bench = new Bench();
      const request = await bench.send();
      const said = await bench.hear(reply(request, type, "45", "ff31", "7777"));
      assert.deepEqual(said, type === "CON" ? ["60007777"] : []);
      assert.deepEqual(bench.states, ["cafe 1"]);
      assert.deepEqual(await bench.hear(reply(request, type, "45", "ff32", "7778")), ["70007778"]);
      assert.deepEqual(bench.states, ["cafe 1"]);
    });

  for (const type of ["CON", "NON"] as const)
    it(`RFC 8974 §3.3: rejects a ${type} response whose token is not genuine`, async () => {
      const bench = new Bench();
      const request = await bench.send();
      assert.deepEqual(await bench.hear(reply(forge(request), type, "45", "ff31", "7777")), ["70007777"]);
      assert.deepEqual(bench.states, []);
      await bench.hear(reply(request, type, "45", "ff31", "7778"));
      assert.deepEqual(bench.states, ["cafe 1"]);
    });

  it("RFC 8974 §3.3: rejects a response that is too old", async () => {
    const bench = new Bench();
    const request = await bench.send();
    await bench.lab.advance(94_000);
    assert.deepEqual(await bench.hear(reply(request, "CON", "45", "ff31", "7777")), ["70007777"]);
    assert.deepEqual(bench.states, []);
  });

  it("RFC 8974 §3.3: takes a piggybacked response", async () => {
    const bench = new Bench();
    const request = await bench.send(true);
    assert.equal(request[0]! >> 4, 4);
    assert.deepEqual(await bench.hear(reply(request, "ACK", "45", "ff31")), []);
    assert.deepEqual(bench.states, ["cafe 1"]);
    await bench.lab.advance(300_000);
    assert.deepEqual(bench.lab.wire.take(), [], "the request is not sent again");
  });

  it("RFC 8974 §3.3: of a piggybacked response that is not genuine it takes the acknowledgement", async () => {
    const bench = new Bench();
    const request = await bench.send(true);
    assert.deepEqual(await bench.hear(reply(forge(request), "ACK", "45", "ff31")), []);
    await bench.lab.advance(300_000);
    assert.deepEqual(bench.lab.wire.take(), []);
    assert.deepEqual(bench.states, []);
  });

  it("RFC 8974 §3.3: a Confirmable request that is rejected fails", async () => {
    const bench = new Bench();
    await bench.send();
    const { lab } = bench;
    lab.wire.answer = (request) => empty(request, "RST");
    const sent = bench.requests.send(lab.uri("a"), STATE, { confirmable: true });
    await assert.rejects(lab.until(sent), ResetError);
  });

  it("RFC 7252 §5.4.1: rejects a response with a critical option that is not understood", async () => {
    const bench = new Bench();
    const request = await bench.send();
    // Option 9 is none of a response that is not protected.
    assert.deepEqual(await bench.hear(reply(request, "NON", "45", "91 00 ff31", "7777")), ["70007777"]);
    assert.deepEqual(bench.states, []);
  });

  it("RFC 8974 §3: holds nothing of a request, however many are on their way", async () => {
    const world = new World({ seed: 1 });
    const server = new Endpoint(world.host("fd00::1"), { port: 5683 });
    const client = new Endpoint(world.host("fd00::2"), { limits: { outstandingRequests: 1 } });
    server.site.add("a", { get: ({ query }) => text(query[0] ?? "") });
    const states: string[] = [];
    const requests = new StatelessRequests(client.client, {
      protector: new ChecksumProtector(),
      maxStateBytes: 4,
      onResponse: (state, response) => void states.push(`${toHex(state)} ${response.text()}`),
    });
    for (let count = 0; count < 10; count += 1)
      await world.time.until(requests.send(`coap://[fd00::1]/a?${count}`, Uint8Array.of(count)));
    await world.time.advance(100_000);
    assert.deepEqual(
      states.sort(),
      Array.from({ length: 10 }, (_, count) => `0${count} ${count}`),
    );
  });

  it("limit maxStateBytes: a longer state is refused", async () => {
    const bench = new Bench();
    const { lab } = bench;
    await bench.send(false, new Uint8Array(4));
    const longer = bench.requests.send(lab.uri("a"), new Uint8Array(5));
    await assert.rejects(lab.until(longer), RangeError, "at most 4 bytes");
  });

  it("RFC 8974 §4.1: no Observe without state", async () => {
    const bench = new Bench();
    const options = new Options().addUint(OBSERVE, 0);
    const sent = bench.requests.send(bench.lab.uri("a"), STATE, { options });
    await assert.rejects(bench.lab.until(sent), RangeError, "Observe");
    assert.deepEqual(bench.lab.wire.take(), []);
  });

  it("takes nothing more when it is closed, and leaves other requests alone", async () => {
    const bench = new Bench();
    const { lab } = bench;
    const request = await bench.send();
    bench.requests.close();
    assert.deepEqual(await bench.hear(reply(request, "NON", "45", "ff31", "7777")), ["70007777"]);
    lab.wire.answer = (asked) => reply(asked, "ACK", "45", "ff32");
    assert.equal((await lab.until(lab.endpoint.client.get(lab.uri("a")))).text(), "2");
    assert.deepEqual(bench.states, []);
  });

  it("sends a body and its format", async () => {
    const bench = new Bench();
    await bench.send();
    const { lab } = bench;
    const payload = encodeUtf8("on");
    await lab.until(bench.requests.send(lab.uri("a"), STATE, { method: 3, payload, contentFormat: 0 }));
    await lab.advance(5);
    // PUT; Uri-Path a; Content-Format (12) 0.
    assert.equal(lab.wire.take()[0]?.slice(46), "b16110ff6f6e");
  });
});
