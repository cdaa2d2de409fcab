import { fromHex, toHex } from "../../../../src/bytes/hex.js";
import { CancelledError, LimitError, ProtocolError, TimeoutError } from "../../../../src/coap/errors.js";
import { Endpoint } from "../../../../src/coap/endpoint.js";
import { Message } from "../../../../src/coap/codec/message.js";
import { assert, describe, it } from "../../../portable.js";
import { LOCAL, Lab, PEER_PORT, Wire, empty, reply } from "../wire.js";

/** What the endpoint sent after its request, given answers by hand. */
async function after(
  answers: (request: Uint8Array) => readonly string[],
): Promise<[Lab, Promise<string>, string[]]> {
  const lab = new Lab();
  const text = lab.endpoint.client.get(lab.uri("a")).then((response) => response.text());
  text.catch(() => undefined);
  await lab.advance(5);
  const request = fromHex(lab.wire.take()[0]!);
  for (const answer of answers(request)) {
    lab.wire.send(answer);
    await lab.advance(5);
  }
  return [lab, text, lab.wire.take()];
}

describe("request layer", () => {
  it("RFC 7252 §5.3.1: a request has a token of its own, of 4 random bytes", async () => {
    const lab = new Lab();
    lab.wire.answer = (heard) => reply(heard, "ACK", "45");
    for (let times = 0; times < 8; times += 1) await lab.until(lab.endpoint.client.get(lab.uri("a")));
    const tokens = lab.wire.take().map((request) => Message.parse(fromHex(request)).token);
    assert.equal(new Set(tokens.map((token) => token.join())).size, 8);
    assert.ok(tokens.every((token) => token.length === 4));
  });

  it("RFC 7252 §5.3.1: tokens in use are all different, whatever chance gives", async () => {
    const lab = new Lab();
    // The same bytes again and again, others now and then.
    let draws = 0;
    const random = {
      fill: (bytes: Uint8Array): void => {
        draws += 1;
        bytes.fill(draws >> 1);
      },
    };
    const { udp, timers, clock, console } = lab.host;
    const endpoint = new Endpoint(
      { ...lab.host, udp, timers, clock, console, random },
      { parameters: { nstart: 8 } },
    );
    const all = Promise.all(Array.from({ length: 8 }, () => endpoint.client.get(lab.uri("a"))));
    await lab.advance(10);
    const requests = lab.wire.take().map(fromHex);
    assert.equal(new Set(requests.map((request) => Message.parse(request).token.join())).size, 8);
    for (const request of requests)
      lab.wire.send(reply(request, "ACK", "45", "ff31"), { address: LOCAL, port: endpoint.port });
    assert.equal((await lab.until(all)).length, 8);
    lab.endpoint.close();
    endpoint.close();
  });

  it("RFC 7252 §5.2.1: takes a piggybacked response, and says nothing more", async () => {
    const [, text, said] = await after((request) => [reply(request, "ACK", "45", "ff31")]);
    assert.equal(await text, "1");
    assert.deepEqual(said, []);
  });

  it("RFC 7252 §5.2.2: takes a separate response, acknowledges it, and its duplicate as well", async () => {
    const [lab, text, said] = await after((request) => [
      empty(request, "ACK"),
      reply(request, "CON", "45", "ff31", "7777"),
      reply(request, "CON", "45", "ff31", "7777"),
    ]);
    assert.equal(await text, "1");
    assert.deepEqual(said, ["60007777", "60007777"]);
    assert.equal(lab.endpoint.counters.duplicates, 1);
  });

  it("RFC 7252 §5.2.2: a separate response that overtakes the acknowledgement", async () => {
    const [lab, text, said] = await after((request) => [
      reply(request, "CON", "45", "ff31", "7777"),
      empty(request, "ACK"),
    ]);
    assert.equal(await text, "1");
    assert.deepEqual(said, ["60007777"]);
    await lab.advance(100_000);
    assert.deepEqual(lab.wire.take(), [], "the request is not sent again");
  });

  it("RFC 7252 §5.2.2: a Non-confirmable response to a Confirmable request", async () => {
    const [, text, said] = await after((request) => [reply(request, "NON", "45", "ff31", "7777")]);
    assert.equal(await text, "1");
    assert.deepEqual(said, []);
  });

  it("RFC 7252 §5.3.2: a response with another token, or from another endpoint, is rejected", async () => {
    const [lab, text, said] = await after((request) => {
      const wrong = new Uint8Array(request);
      wrong[7]! ^= 1;
      return [
        reply(wrong, "CON", "45", "ff31", "7777"),
        "48 45 7778 0102030405060708 ff 31",
        "40 45 7779 ff 31",
      ];
    });
    assert.deepEqual(said, ["70007777", "70007778", "70007779"]);
    lab.endpoint.close();
    await assert.rejects(text, CancelledError);
  });

  it("RFC 7252 §5.3.2: a response from another endpoint is rejected, though its token is right", async () => {
    const lab = new Lab();
    const response = lab.endpoint.client.get(lab.uri("a"));
    await lab.advance(5);
    const request = fromHex(lab.wire.take()[0]!);
    const other = new Wire(lab.world, lab.peerHost, lab.to, PEER_PORT + 1);
    assert.deepEqual(await other.ask(reply(request, "CON", "45", "ff32", "7777")), ["70007777"]);
    await other.ask(reply(request, "ACK", "45", "ff32"));
    lab.wire.send(reply(request, "ACK", "45", "ff31"));
    assert.equal((await lab.until(response)).text(), "1");
  });

  it("RFC 7252 §5.2.3: takes a Confirmable response to a Non-confirmable request", async () => {
    const lab = new Lab();
    const response = lab.endpoint.client.get(lab.uri("a"), { confirmable: false });
    await lab.advance(5);
    const request = fromHex(lab.wire.take()[0]!);
    assert.equal(request[0]! >> 4, 5);
    assert.deepEqual(await lab.wire.ask(reply(request, "CON", "45", "ff31", "7777")), ["60007777"]);
    assert.equal((await lab.until(response)).text(), "1");
  });

  it("RFC 7252 §5.3.2: a piggybacked response with another token changes nothing: the right one may follow", async () => {
    const tokens = [
      (request: Uint8Array) => `6445${toHex(request.subarray(2, 4))}00000000`,
      // Shorter, and longer, with the token of the request in front.
      (request: Uint8Array) => reply(request, "ACK", "45").replace(/^64/u, "63").slice(0, -2),
      (request: Uint8Array) => `${reply(request, "ACK", "45").replace(/^64/u, "65")}00`,
      (request: Uint8Array) => reply(request, "ACK", "45").replace(/^64/u, "60").slice(0, 8),
    ];
    for (const wrong of tokens) {
      const [lab, text, said] = await after((request) => [
        `${wrong(request)}ff32`,
        reply(request, "ACK", "45", "ff31"),
      ]);
      assert.equal(await text, "1");
      assert.deepEqual(said, []);
      assert.equal(lab.endpoint.counters.unmatched, 1);
    }
  });

  it("RFC 7252 §5.3.2: a request that only such ones answer is sent again, and fails for want of an answer", async () => {
    const lab = new Lab();
    lab.wire.answer = (heard) => `6445${toHex(heard.subarray(2, 4))}00000000ff32`;
    await lab.until(assert.rejects(lab.endpoint.client.get(lab.uri("a")), TimeoutError, "5 transmissions"));
    assert.equal(lab.wire.heard.length, 5);
  });

  it("RFC 7252 §5.3.2: a separate response follows a piggybacked one with another token", async () => {
    const [, text, said] = await after((request) => [
      `6445${toHex(request.subarray(2, 4))}00000000ff32`,
      reply(request, "CON", "45", "ff31", "7777"),
    ]);
    assert.equal(await text, "1");
    assert.deepEqual(said, ["60007777"]);
  });

  it("RFC 7252 §5.4.1: a response with an unknown critical option is rejected", async () => {
    // Option 9.
    const [, piggybacked] = await after((request) => [reply(request, "ACK", "45", "90ff31")]);
    await assert.rejects(piggybacked, ProtocolError, "critical option 9");
    const [, separate, said] = await after((request) => [reply(request, "CON", "45", "90ff31", "7777")]);
    await assert.rejects(separate, ProtocolError, "critical option 9");
    assert.deepEqual(said, ["70007777"]);
    const [lab, non] = await after((request) => [reply(request, "NON", "45", "90ff31", "7777")]);
    lab.endpoint.close();
    await assert.rejects(non, CancelledError);
  });

  it("RFC 7252 §4.8.2: waits for a separate response for MAX_TRANSMIT_WAIT; one that comes later is rejected", async () => {
    const [lab, text] = await after((request) => [empty(request, "ACK")]);
    await lab.advance(92_900);
    const failure = assert.rejects(text, TimeoutError, "93 s");
    await lab.until(failure);
    const ended = lab.world.time.nowMs;
    assert.ok(ended > 93_000 && ended < 93_020, `${ended}`);
    assert.deepEqual(await lab.wire.ask("44 45 7777 01020304"), ["70007777"]);
  });

  it("RFC 7252 §5.9: an answer of an unassigned code and class is one all the same", async () => {
    const [, text] = await after((request) => [reply(request, "ACK", "5e", "ff31")]);
    assert.equal(await text, "1", "2.30 is a success");
    const [, other] = await after((request) => [reply(request, "ACK", "60")]);
    await assert.rejects(other, Error, "3.00");
  });

  it("limit outstandingRequests: at the limit all are answered, one more fails at once", async () => {
    const lab = new Lab({ limits: { outstandingRequests: 3, waitingTransmissions: 8 } });
    const { client } = lab.endpoint;
    const all = [1, 2, 3].map(() => client.get(lab.uri("a")));
    await assert.rejects(client.get(lab.uri("a")), LimitError, "outstandingRequests (3)");
    lab.wire.answer = (heard) => reply(heard, "ACK", "45", "ff31");
    await lab.advance(4000);
    assert.equal((await lab.until(Promise.all(all))).length, 3);
    assert.equal((await lab.until(client.get(lab.uri("a")))).text(), "1");
  });

  it("the round trip is that of the only transmission, without the time that the request waited", async () => {
    const lab = new Lab();
    const { client } = lab.endpoint;
    const first = client.get(lab.uri("a"));
    const second = client.get(lab.uri("b"));
    await lab.advance(1000);
    lab.wire.answer = (heard) => reply(heard, "NON", "45", "ff31", "7777");
    lab.wire.send(reply(fromHex(lab.wire.take()[0]!), "ACK", "45", "ff31"));
    assert.equal((await lab.until(first)).roundTripMs, 1001);
    assert.equal((await lab.until(second)).roundTripMs, 2);
    lab.wire.answer = undefined;
    const third = client.get(lab.uri("c"));
    await lab.advance(3500);
    const sent = lab.wire.take();
    assert.equal(sent.length, 2 + 1, "the second request, and the third twice");
    lab.wire.send(reply(fromHex(sent[2]!), "ACK", "45", "ff31"));
    assert.equal((await lab.until(third)).roundTripMs, undefined);
  });
});
