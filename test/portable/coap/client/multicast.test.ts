import { toHex } from "../../../../src/bytes/hex.js";
import { Cancellation } from "../../../../src/coap/client/cancellation.js";
import type { GroupResponses } from "../../../../src/coap/client/group-responses.js";
import type { ClientResponse } from "../../../../src/coap/client-response.js";
import { Endpoint } from "../../../../src/coap/endpoint.js";
import { ETAG } from "../../../../src/coap/codec/option-number.js";
import { Options } from "../../../../src/coap/codec/options.js";
import { CancelledError, LimitError, ProtocolError, TimeoutError } from "../../../../src/coap/errors.js";
import { RequestError } from "../../../../src/coap/server/request-error.js";
import { text } from "../../../../src/coap/server/response.js";
import { Site } from "../../../../src/coap/server/site.js";
import { assert, describe, it } from "../../../portable.js";
import { Lab, hex, reply, type LabOptions } from "../wire.js";

/** All CoAP nodes of the site (RFC 7252 §12.8). */
const GROUP = "ff05::fd";
const URI = `coap://[${GROUP}]/a`;

/** A socket on port 5683 that belongs to the group, and what it heard. */
interface Member {
  readonly heard: string[];
  readonly send: (message: string) => void;
}

/** @param answers what it answers to a request, message by message */
function member(lab: Lab, index: number, answers: (request: Uint8Array) => readonly string[]): Member {
  const heard: string[] = [];
  const host = lab.world.host(`fd00::1${index}`);
  const send = (message: string): void => socket.write(hex(message), lab.to.address, lab.to.port);
  const socket = new host.udp({
    port: 5683,
    onReadable() {
      const request = new Uint8Array(socket.read()!);
      heard.push(toHex(request));
      // Answered apart from the delivery, as a host would: a device's stack is short.
      lab.world.time.set(() => {
        for (const answer of answers(request)) send(answer);
      }, 0);
    },
  });
  socket.add(GROUP);
  return { heard, send };
}

/** A Non-confirmable 2.05 with a text. */
function content(payload: string): (request: Uint8Array) => string[] {
  return (request) => [reply(request, "NON", "45", `ff${payload}`, "7777")];
}

async function collect(lab: Lab, responses: GroupResponses): Promise<ClientResponse[]> {
  const all: ClientResponse[] = [];
  for (;;) {
    const { done, value } = await lab.until(responses.next());
    if (done) return all;
    all.push(value);
  }
}

function addresses(responses: readonly ClientResponse[]): string[] {
  return responses.map(({ remote }) => remote.address);
}

describe("client, multicast", () => {
  it("RFC 7252 §8.1: one Non-confirmable request, without the address of the group", async () => {
    const lab = new Lab();
    const { heard } = member(lab, 1, () => []);
    const responses = lab.endpoint.client.multicast(`${URI}?rt=x`, { accept: 40, waitMs: 1000 });
    await lab.advance(100);
    assert.deepEqual(heard, [], "it is sent when somebody asks for the first response");
    assert.deepEqual(await collect(lab, responses), []);
    assert.equal(heard.length, 1);
    assert.equal(heard[0]!.slice(0, 4) + heard[0]!.slice(16), `5401b1614472743d782128`);
    assert.equal(lab.world.time.nowMs, 1100);
  });

  it("RFC 7252 §8.2: many members answer; the token alone says what to", async () => {
    const lab = new Lab();
    for (let index = 1; index <= 5; index += 1) member(lab, index, content(`3${index}`));
    const all = await collect(lab, lab.endpoint.client.multicast(URI, { waitMs: 1000 }));
    assert.deepEqual(all.map((response) => response.text()).sort(), ["1", "2", "3", "4", "5"]);
    assert.deepEqual(addresses(all).sort(), ["fd00::11", "fd00::12", "fd00::13", "fd00::14", "fd00::15"]);
    assert.equal(lab.endpoint.counters.unmatched, 0);
  });

  it("RFC 7252 §8.2: our own servers answer within their leisure, and what is no success not at all", async () => {
    const lab = new Lab();
    for (let index = 1; index <= 3; index += 1) {
      const site = new Site();
      site.add("a", {
        get: () => {
          if (index === 3) throw new RequestError(0x83, "no");
          return text(String(index));
        },
      });
      new Endpoint(lab.world.host(`fd00::1${index}`), { port: 5683, site }).joinGroup(GROUP);
    }
    const all = await collect(lab, lab.endpoint.client.multicast(URI));
    assert.deepEqual(all.map((response) => response.text()).sort(), ["1", "2"]);
    assert.equal(lab.world.time.nowMs, 6000, "leisure and a second");
  });

  it("RFC 7967 §2.1: with No-Response the errors of members are heard, too", async () => {
    const lab = new Lab();
    const site = new Site();
    new Endpoint(lab.world.host("fd00::20"), { port: 5683, site }).joinGroup(GROUP);
    const all = await collect(lab, lab.endpoint.client.multicast(URI, { noResponse: 2 }));
    assert.deepEqual(
      all.map(({ code }) => code),
      [0x84],
    );
  });

  it("RFC 7252 §8.2: a second response of the same member is ignored", async () => {
    const lab = new Lab();
    member(lab, 1, (request) => [
      reply(request, "NON", "45", "ff31", "0001"),
      reply(request, "NON", "45", "ff32", "0002"),
    ]);
    const all = await collect(lab, lab.endpoint.client.multicast(URI, { waitMs: 1000 }));
    assert.deepEqual(
      all.map((response) => response.text()),
      ["1"],
    );
  });

  it("RFC 7252 §4.2: a Confirmable response is acknowledged", async () => {
    const lab = new Lab();
    const { heard } = member(lab, 1, (request) =>
      (request[0]! & 0x30) === 0x10 ? [reply(request, "CON", "45", "ff31", "0001")] : [],
    );
    const all = await collect(lab, lab.endpoint.client.multicast(URI, { waitMs: 1000 }));
    assert.deepEqual([all.length, heard[1]], [1, "60000001"]);
  });

  it("RFC 7390 §2.5: a late response is ignored, for the token is still that of the request", async () => {
    const lab = new Lab();
    const { heard, send } = member(lab, 1, () => []);
    await collect(lab, lab.endpoint.client.multicast(URI, { waitMs: 1000 }));
    const token = heard[0]!.slice(8, 16);
    send(`5445 0001 ${token}`);
    await lab.advance(10);
    assert.equal(heard.length, 1);
    // NON_LIFETIME 145 s, MAX_SERVER_RESPONSE_DELAY 250 s, MAX_LATENCY 100 s.
    await lab.advance(494_900);
    send(`5445 0002 ${token}`);
    await lab.advance(10);
    assert.equal(heard.length, 1);
    await lab.advance(200);
    send(`5445 0003 ${token}`);
    await lab.advance(10);
    assert.deepEqual(heard.slice(1), ["70000003"]);
  });

  it("RFC 7252 §4.7: the next request to the group waits for PROBING_RATE, and its time begins then", async () => {
    const lab = new Lab({ parameters: { probingRate: 2 } });
    const { heard } = member(lab, 1, content("31"));
    const { client } = lab.endpoint;
    assert.equal((await collect(lab, client.multicast(URI, { waitMs: 1000 }))).length, 1);
    assert.equal((await collect(lab, client.multicast(URI, { waitMs: 1000 }))).length, 1);
    assert.equal(heard.length, 2);
    // 10 bytes at 2 bytes a second, then the second's own time.
    assert.equal(lab.world.time.nowMs, 5000 + 1000);
  });

  it("RFC 7959 §2.8: further blocks are fetched from the member alone", async () => {
    const lab = new Lab();
    const { heard } = member(lab, 1, (request) =>
      heard.length === 1
        ? // Block2 0/1/16 and 1/0/16.
          [reply(request, "NON", "45", `d10a08ff${"61".repeat(16)}`, "0001")]
        : [reply(request, "ACK", "45", "d10a10ff62")],
    );
    const [response] = await collect(lab, lab.endpoint.client.multicast(URI, { waitMs: 1000 }));
    assert.deepEqual([response!.text(), response!.incomplete], [`${"a".repeat(16)}b`, undefined]);
    assert.deepEqual([heard[1]!.slice(0, 4), heard[1]!.slice(16)], ["4401", "b161c110"]);
  });

  it("RFC 7959 §2.2: a last block that is longer than its size, or not the first, is no whole body", async () => {
    // Block2 0/0/16 and 1/0/16.
    for (const [option, payload] of [
      ["d00aff", "61".repeat(17)],
      ["d10a10ff", "61"],
    ]) {
      const lab = new Lab();
      member(lab, 1, (request) => [reply(request, "NON", "45", `${option}${payload}`, "0001")]);
      const [response] = await collect(lab, lab.endpoint.client.multicast(URI, { waitMs: 1000 }));
      assert.ok(response!.incomplete instanceof ProtocolError, option);
    }
  });

  it("RFC 7959 §2.8: where they do not come, the first block is there with the reason", async () => {
    const lab = new Lab();
    const first = (request: Uint8Array): string[] =>
      (request[0]! & 0x30) === 0x10
        ? [reply(request, "NON", "45", `d10a08ff${"61".repeat(16)}`, "0001")]
        : [];
    member(lab, 1, first);
    const [response] = await collect(lab, lab.endpoint.client.multicast(URI, { waitMs: 1000 }));
    assert.equal(response!.payload.length, 16);
    assert.ok(response!.incomplete instanceof TimeoutError);
    const other = new Lab();
    member(other, 1, first);
    const options = { waitMs: 1000, maxBodyBytes: 15 };
    const [large] = await collect(other, other.endpoint.client.multicast(URI, options));
    assert.ok(large!.incomplete instanceof LimitError);
  });

  it("limit groupResponses: at the limit all are heard, one more is ignored", async () => {
    for (const [limit, heard] of [
      [3, 3],
      [2, 2],
    ] as const) {
      const lab = limited({ groupResponses: limit });
      for (let index = 1; index <= 3; index += 1) member(lab, index, content("31"));
      const all = await collect(lab, lab.endpoint.client.multicast(URI, { waitMs: 1000 }));
      assert.equal(all.length, heard);
    }
  });

  it("limit groupRequests: one more than are under way fails, tokens that only rest make room", async () => {
    const lab = limited({ groupRequests: 2 });
    const { client } = lab.endpoint;
    const waiting = ["1", "2"].map((port) =>
      client.multicast(`coap://[${GROUP}]:${port}/`, { waitMs: 1000 }).next(),
    );
    await lab.advance(1);
    const third = client.multicast(`coap://[${GROUP}]:3/`, { waitMs: 1000 });
    await assert.rejects(third.next(), LimitError, "groupRequests (2)");
    assert.equal((await third.next()).done, true);
    await lab.until(Promise.all(waiting));
    for (const port of [4, 5, 6])
      assert.deepEqual(await collect(lab, client.multicast(`coap://[${GROUP}]:${port}/`)), []);
  });

  it("ends early: by return, by its signal, and with the endpoint", async () => {
    const lab = new Lab();
    const { send, heard } = member(lab, 1, content("31"));
    const { client } = lab.endpoint;
    const left = client.multicast(URI, { waitMs: 1000 });
    assert.equal((await lab.until(left.next())).done, false);
    await left.return();
    assert.equal((await left.next()).done, true);
    send(`5445 0009 ${heard[0]!.slice(8, 16)}`);
    await lab.advance(10);
    assert.equal(heard.length, 1);
    const signal = new Cancellation();
    const cancelled = client.multicast(`coap://[${GROUP}]:7/`, { signal });
    const failure = assert.rejects(cancelled.next(), CancelledError);
    await lab.advance(1);
    signal.cancel();
    await failure;
    await assert.rejects(client.multicast(URI, { signal }).next(), CancelledError);
    const closed = client.multicast(`coap://[${GROUP}]:8/`);
    const ended = assert.rejects(closed.next(), CancelledError, "closed");
    await lab.advance(1);
    lab.endpoint.close();
    await ended;
  });

  it("RFC 7252 §8.2.1: no ETag goes to a group", () => {
    const { client } = new Lab().endpoint;
    const options = new Options().add(ETAG, Uint8Array.of(1));
    assert.throws(() => client.multicast(URI, { options }), RangeError, "ETag");
  });

  it("RFC 7252 §8.1: a group is not asked as one host is, nor one host as a group", async () => {
    const { client } = new Lab().endpoint;
    await assert.rejects(client.get(URI), RangeError, "one host");
    assert.throws(() => client.multicast("coap://[fd00::2]/"), RangeError, "multicast group");
  });
});

function limited(limits: NonNullable<LabOptions["limits"]>): Lab {
  return new Lab({ limits });
}
