import {
  CancelledError,
  LimitError,
  ProtocolError,
  ResetError,
  ResponseError,
  TimeoutError,
} from "../../../../../src/coap/errors.js";
import type { Observation } from "../../../../../src/coap/client/observation.js";
import type { RequestOptions } from "../../../../../src/coap/request-options.js";
import type { ClientResponse } from "../../../../../src/coap/client-response.js";
import { FETCH } from "../../../../../src/coap/codec/code.js";
import { OBSERVE } from "../../../../../src/coap/codec/option-number.js";
import { Options } from "../../../../../src/coap/codec/options.js";
import { qBlock } from "../../../../../src/coap/bodies/qblock/q-block.js";
import { toHex } from "../../../../../src/bytes/hex.js";
import { assert, describe, it } from "../../../../portable.js";
import { BLOCK, ask, body, byte, taken, type Sent } from "./asking.js";
import { Lab, empty, repeat, reply, type LabOptions } from "../../wire.js";

/** Observe, Uri-Path, Q-Block2 0/1/16. */
const REGISTER = "605170d10708";

/** A block of a notification: ETag, Observe, Size2, Q-Block2. */
function block(number: number, blockCount: number, observe: number, etag = byte(observe)): string {
  return `41${etag}21${byte(observe)}d109${transfer(number, blockCount)}`;
}

/** A block that was asked for: no Observe. */
function asked(number: number, blockCount: number, etag: string): string {
  return `41${etag}d10b${transfer(number, blockCount)}`;
}

function transfer(number: number, blockCount: number): string {
  const value = (number << 4) | (number < blockCount - 1 ? 8 : 0);
  return `${byte(blockCount * BLOCK)}31${byte(value)}ff${repeat(byte(number), BLOCK)}`;
}

/** An observation with Q-Block of /p, as far as the registration that a server which takes Q-Block gets. */
class Bench extends Lab {
  registration: Sent | undefined;
  readonly observing: Promise<Observation>;
  #ids = 0x7100;

  constructor(options: RequestOptions = {}, labOptions: LabOptions = {}) {
    super({ qBlock: qBlock(), ...labOptions });
    const all = { blocks: "Q-Block", blockSize: BLOCK, ...options } as const;
    this.observing = this.endpoint.client.observe(this.uri("p"), all);
    this.observing.catch(() => undefined);
  }

  /** Answers the probe; the registration comes. */
  async probed(): Promise<this> {
    await this.advance(5);
    const [probe] = taken(this);
    // The first block only, and no Observe.
    assert.equal(probe!.rest, "b170d007");
    this.wire.send(reply(probe!.bytes, "ACK", "84"));
    await this.advance(5);
    const [registration, ...others] = taken(this);
    assert.deepEqual(others, []);
    assert.equal(registration!.rest, REGISTER);
    this.registration = registration;
    return this;
  }

  /** Sends responses with the token of the registration, or of another request; what the client sends then. */
  async tell(rest: readonly string[], to = this.registration!, type: "CON" | "NON" = "NON"): Promise<Sent[]> {
    for (const one of rest) this.wire.send(reply(to.bytes, type, "45", one, (this.#ids++).toString(16)));
    await this.advance(5);
    return taken(this);
  }

  /** The first state, of two blocks, with Observe 1. */
  async begun(): Promise<Observation> {
    await this.probed();
    await this.tell([block(0, 2, 1), block(1, 2, 1)]);
    const observation = await this.until(this.observing);
    assert.deepEqual((await this.next(observation)).payload, body(2));
    return observation;
  }

  async next(observation: Observation): Promise<ClientResponse> {
    const { value } = await this.until(observation.next());
    return value!;
  }
}

describe("Q-Block2, observed", () => {
  it("RFC 9177 §10.2.1, §4.5: registers with Observe and Q-Block2 0/1; the blocks of a notification make a state", async () => {
    const bench = new Bench();
    const observation = await bench.begun();
    assert.equal(bench.registration!.head, "5801");
    assert.deepEqual(await bench.tell([block(1, 3, 2), block(0, 3, 2), block(0, 3, 2), block(2, 3, 2)]), []);
    const state = await bench.next(observation);
    assert.deepEqual(state.payload, body(3));
    assert.equal(state.options.uint(OBSERVE), 2);
  });

  it("RFC 9177 §4.4: a notification in one message is a state as well, and puts an end to the body before it", async () => {
    const bench = new Bench();
    const observation = await bench.begun();
    await bench.tell([block(0, 2, 2), `4103 2103 ff ${repeat("aa", 3)}`, block(1, 2, 2)]);
    assert.equal(toHex((await bench.next(observation)).payload), "aaaaaa");
    await bench.advance(60_000);
    assert.deepEqual(
      taken(bench).map(({ rest }) => rest),
      [],
    );
  });

  it("RFC 9177 §10.2.2, §4.5: 'Continue' has another token, and no Observe option", async () => {
    const bench = new Bench();
    const observation = await bench.begun();
    const sent = await bench.tell(Array.from({ length: 10 }, (_, number) => block(number, 11, 2)));
    assert.deepEqual(
      sent.map(({ head, rest }) => [head, rest]),
      [["5801", "b170d107a8"]],
    );
    assert.ok(sent[0]!.token !== bench.registration!.token);
    await bench.tell([block(10, 11, 2)]);
    assert.deepEqual((await bench.next(observation)).payload, body(11));
  });

  it("RFC 9177 §10.2.3, §4.5: asks for missing blocks without Observe, at the next set and when time is up", async () => {
    const bench = new Bench();
    const observation = await bench.begun();
    const numbers = [0, 2, 3, 4, 5, 6, 7, 8, 10];
    const [missing, ...others] = await bench.tell(numbers.map((number) => block(number, 11, 2)));
    assert.deepEqual(others, []);
    assert.equal(missing!.rest, "b170d107100190");
    await bench.tell([asked(9, 11, "02")], missing);
    await bench.advance(3_980);
    assert.deepEqual(taken(bench), []);
    await bench.advance(30);
    const [again] = taken(bench);
    assert.equal(again!.rest, "b170d10710");
    // A state that it never heard of is no part of it.
    await bench.tell([asked(1, 11, "09"), asked(1, 11, "02")], again);
    assert.deepEqual((await bench.next(observation)).payload, body(11));
  });

  it("RFC 9177 §4.4, RFC 7641 §3.4: a newer notification takes the place of a partial one; an older one is ignored", async () => {
    const bench = new Bench();
    const observation = await bench.begun();
    await bench.tell([block(0, 2, 3), block(0, 2, 2), block(1, 2, 2), block(0, 2, 4), block(1, 2, 3)]);
    await bench.tell([block(1, 2, 4), block(0, 2, 3), block(1, 2, 3)]);
    const state = await bench.next(observation);
    assert.equal(state.options.uint(OBSERVE), 4);
    const next = observation.next();
    await bench.tell([block(0, 3, 5), block(1, 3, 5), block(2, 3, 5)]);
    assert.equal((await bench.until(next)).value!.options.uint(OBSERVE), 5);
  });

  it("RFC 9177 §4.5: the same representation in two notifications is two states", async () => {
    const bench = new Bench();
    const observation = await bench.begun();
    for (const observe of [2, 3]) {
      await bench.tell([block(0, 2, observe, "77"), block(1, 2, observe, "77")]);
      assert.equal((await bench.next(observation)).options.uint(OBSERVE), observe);
    }
  });

  it("RFC 9177 §7.2: a notification that stays incomplete is given up, and the interest registered again", async () => {
    const bench = new Bench(
      {},
      { qBlock: qBlock({ nonMaxRetransmit: 1 }), parameters: { probingRate: 1_000 } },
    );
    const observation = await bench.begun();
    await bench.tell([block(0, 2, 2)]);
    await bench.advance(11_900);
    assert.deepEqual(
      taken(bench).map(({ rest }) => rest),
      ["b170d10710"],
    );
    await bench.advance(200);
    const [again, ...others] = taken(bench);
    assert.deepEqual(others, []);
    assert.deepEqual([again!.rest, again!.token], [REGISTER, bench.registration!.token]);
    await bench.tell([block(0, 2, 3), block(1, 2, 3)]);
    assert.equal((await bench.next(observation)).options.uint(OBSERVE), 3);
  });

  it("RFC 9177 §4.4: where a request for missing blocks is rejected, the interest is registered again", async () => {
    const bench = new Bench();
    const observation = await bench.begun();
    await bench.tell([block(0, 2, 2)]);
    await bench.advance(4_100);
    const [missing] = taken(bench);
    bench.wire.send(empty(missing!.bytes, "RST"));
    await bench.advance(5);
    const [again] = taken(bench);
    assert.deepEqual([again!.rest, again!.token], [REGISTER, bench.registration!.token]);
    await bench.tell([block(0, 2, 3), block(1, 2, 3)]);
    assert.equal((await bench.next(observation)).options.uint(OBSERVE), 3);
    // A registration that is rejected is the end.
    await bench.tell([block(0, 2, 4)]);
    await bench.advance(4_100);
    bench.wire.send(empty(taken(bench)[0]!.bytes, "RST"));
    await bench.advance(5);
    bench.wire.send(empty(taken(bench)[0]!.bytes, "RST"));
    await assert.rejects(bench.until(observation.next()), ResetError);
  });

  it("RFC 9177 §4.4, §4.6: a notification in several blocks without Size2 or ETag ends it with an error", async () => {
    // ETag, Observe, Q-Block2 0/1/16; Observe, Size2, Q-Block2.
    for (const options of ["4102 2102 d10c08", "6102 d10920 3108"]) {
      const bench = new Bench();
      const observation = await bench.begun();
      await bench.tell([`${options} ff ${repeat("00", BLOCK)}`], bench.registration, "CON");
      await assert.rejects(bench.until(observation.next()), ProtocolError, "Size2");
    }
  });

  it("RFC 9177 §4.4: Q-Block2 0/0 is a whole state, with or without Size2 and ETag", async () => {
    for (const [index, options] of [
      "6102 d10c",
      "4102 2102 d10c",
      "6102 d10901 3",
      "4102 2102 d10901 3",
    ].entries()) {
      const bench = new Bench();
      const observation = await bench.begun();
      // Of two representations, the one that had begun is old.
      await bench.tell([block(0, 2, 1), `${options}${index < 2 ? "00" : "0"} ff aa`, block(1, 2, 1)]);
      const state = await bench.next(observation);
      assert.deepEqual([toHex(state.payload), state.options.uint(OBSERVE)], ["aa", 2]);
      await bench.advance(60_000);
      assert.deepEqual(taken(bench), []);
    }
  });

  it("RFC 7641 §4.1, §4.2: blocks without Observe that answer a registration are the last state", async () => {
    for (const blocks of [["d11200 ff 07"], [asked(0, 2, "07"), asked(1, 2, "07")]]) {
      const bench = new Bench();
      const observation = await bench.begun();
      await bench.tell(blocks);
      assert.equal((await bench.next(observation)).options.has(OBSERVE), false);
      assert.equal((await bench.until(observation.next())).done, true);
      assert.equal(observation.active, false);
    }
  });

  it("RFC 9177 §A.2: Confirmable notifications are acknowledged, and their missing blocks not asked for", async () => {
    const bench = new Bench();
    const observation = await bench.begun();
    const sent = await bench.tell([block(0, 2, 2)], bench.registration, "CON");
    assert.deepEqual(
      sent.map(({ head }) => head),
      ["6000"],
    );
    await bench.advance(30_000);
    assert.deepEqual(taken(bench), []);
    await bench.tell([block(1, 2, 2)], bench.registration, "CON");
    assert.deepEqual((await bench.next(observation)).payload, body(2));
  });

  it("RFC 7641 §3.3.1: registers anew with the same token after Max-Age, and again until something comes", async () => {
    const bench = new Bench();
    const observation = await bench.begun();
    await bench.advance(64_000);
    assert.deepEqual(taken(bench), []);
    await bench.advance(15_500);
    const [again, ...repeated] = taken(bench);
    assert.equal(again!.rest, REGISTER);
    for (const one of [again!, ...repeated]) assert.equal(one.token, bench.registration!.token);
    // The server may have restarted.
    await bench.tell([block(0, 2, 1), block(1, 2, 1)]);
    assert.deepEqual((await bench.next(observation)).payload, body(2));
    await bench.advance(60_000);
    assert.deepEqual(taken(bench), []);
  });

  it("RFC 7641 §3.3.1: a registration that is never answered ends the observation", async () => {
    const bench = new Bench({}, { parameters: { probingRate: 1000 } });
    const observation = await bench.begun();
    await bench.advance(400_000);
    assert.equal(taken(bench).length, 5);
    await assert.rejects(bench.until(observation.next()), TimeoutError);
  });

  it("RFC 9177 §A.2, RFC 7641 §3.3.1: a Confirmable registration is renewed as such", async () => {
    const bench = new Bench({ confirmable: true });
    await bench.advance(5);
    const [registration] = taken(bench);
    assert.deepEqual([registration!.head, registration!.rest], ["4801", REGISTER]);
    bench.registration = registration;
    bench.wire.send(reply(registration!.bytes, "ACK", "45", block(0, 2, 1)));
    await bench.tell([block(1, 2, 1)], registration, "CON");
    const observation = await bench.until(bench.observing);
    assert.deepEqual((await bench.next(observation)).payload, body(2));
    await bench.advance(75_500);
    const [again] = taken(bench);
    assert.deepEqual([again!.head, again!.rest, again!.token], ["4801", REGISTER, registration!.token]);
    bench.wire.send(reply(again!.bytes, "ACK", "45", block(0, 2, 2)));
    await bench.tell([block(1, 2, 2)], registration, "CON");
    assert.deepEqual((await bench.next(observation)).payload, body(2));
  });

  it("RFC 7641 §3.6: cancels with Observe 1 and the token; blocks that come later are rejected", async () => {
    const bench = new Bench();
    const observation = await bench.begun();
    const cancelled = observation.cancel();
    await bench.advance(5);
    const [request] = taken(bench);
    assert.equal(request!.token, bench.registration!.token);
    assert.ok(request!.rest.startsWith("61015170"), request!.rest);
    bench.wire.send(reply(request!.bytes, "ACK", "45"));
    await bench.until(cancelled);
    const [reset] = await bench.tell([block(0, 2, 2)], bench.registration, "CON");
    assert.equal(reset!.head, "7000");
  });

  it("RFC 7641 §3.2: an error ends the observation, an answer to a request for blocks does not", async () => {
    const bench = new Bench();
    const observation = await bench.begun();
    await bench.tell([block(0, 2, 2)]);
    await bench.advance(4_100);
    const [missing] = taken(bench);
    bench.wire.send(reply(missing!.bytes, "NON", "88", "", "7501"));
    bench.wire.send(reply(missing!.bytes, "NON", "45", "ff00", "7502"));
    await bench.tell([block(0, 2, 3), block(1, 2, 3)]);
    assert.equal((await bench.next(observation)).options.uint(OBSERVE), 3);
    bench.wire.send(reply(bench.registration!.bytes, "NON", "84", "", "7503"));
    await assert.rejects(bench.until(observation.next()), ResponseError);
  });

  it("RFC 9175 §2.3: asks for blocks once more with the Echo option that a server demands", async () => {
    const bench = new Bench();
    const observation = await bench.begun();
    await bench.tell([block(0, 2, 2)]);
    await bench.advance(4_100);
    const [missing] = taken(bench);
    for (const id of ["7501", "7502"]) bench.wire.send(reply(missing!.bytes, "NON", "81", "d2efabcd", id));
    await bench.advance(5);
    const [proof, ...others] = taken(bench);
    assert.deepEqual(others, []);
    assert.equal(proof!.rest, "b170d10710d2d0abcd");
    bench.wire.send(reply(proof!.bytes, "NON", "81", "d2efabce", "7503"));
    await bench.advance(5);
    assert.deepEqual(taken(bench), [], "one that demands another value each time is not asked each time");
    await bench.tell([asked(1, 2, "02")], proof);
    assert.deepEqual((await bench.next(observation)).payload, body(2));
  });

  it("RFC 7641 §3.1: a response without Observe is the only one", async () => {
    const bench = await new Bench().probed();
    await bench.tell(["ff 00"]);
    const observation = await bench.until(bench.observing);
    assert.equal((await bench.next(observation)).payload.length, 1);
    assert.equal(observation.active, false);
    assert.equal((await bench.until(observation.next())).done, true);
  });

  it("RFC 9177 §4.1: observes with Block2 where the server does not take Q-Block", async () => {
    const bench = new Bench();
    await bench.advance(5);
    const [probe] = taken(bench);
    bench.wire.send(reply(probe!.bytes, "ACK", "82"));
    await bench.advance(5);
    const [registration] = taken(bench);
    // Behind a token of 4 bytes: Observe, Uri-Path, Block2 0/0/16.
    assert.equal(registration!.head, "4401");
    assert.equal(registration!.token.slice(8), "605170c0");
    bench.wire.send(reply(registration!.bytes, "ACK", "45", "6101ff31"));
    assert.equal((await bench.next(await bench.until(bench.observing))).text(), "1");
  });

  it("limit maxBodyBytes: a notification as large as that is taken, a larger one ends the observation", async () => {
    const bench = new Bench({ maxBodyBytes: 3 * BLOCK });
    const observation = await bench.begun();
    await bench.tell([0, 1, 2].map((number) => block(number, 3, 2)));
    assert.deepEqual((await bench.next(observation)).payload, body(3));
    await bench.tell([block(0, 4, 3)]);
    await assert.rejects(bench.until(observation.next()), LimitError);
  });

  it("an endpoint without Q-Block refuses it, and closing the endpoint ends it", async () => {
    const lab = new Lab();
    await assert.rejects(
      lab.until(lab.endpoint.client.observe(lab.uri("p"), { blocks: "Q-Block" })),
      RangeError,
    );
    const bench = new Bench();
    const observation = await bench.begun();
    bench.endpoint.close();
    await assert.rejects(bench.until(observation.next()), CancelledError);
  });

  it("RFC 9177 §4.5: all blocks of a request body have the same Observe value, those sent again too", async () => {
    const options = new Options().addUint(OBSERVE, 1);
    const { lab, sent } = await ask(FETCH, { payload: body(3), options });
    const [first] = sent;
    lab.wire.send(reply(first!.bytes, "NON", "88", "c20110 ff 01", "7100"));
    await lab.advance(5);
    const all = [...sent, ...taken(lab)];
    assert.equal(all.length, 4);
    for (const { rest } of all) assert.equal(rest.slice(0, 4), "6101");
  });
});
