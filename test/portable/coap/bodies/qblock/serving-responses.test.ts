import { LOCATION_QUERY } from "../../../../../src/coap/codec/option-number.js";
import { Options } from "../../../../../src/coap/codec/options.js";
import { qBlock } from "../../../../../src/coap/bodies/qblock/q-block.js";
import { content } from "../../../../../src/coap/server/response.js";
import { assert, describe, it } from "../../../../portable.js";
import { Lab, messageId, repeat, type LabOptions } from "../../wire.js";

const BLOCK = 16;

function byte(value: number): string {
  return value.toString(16).padStart(2, "0");
}

/** `GET /b` with these values of Q-Block2, each of a byte. */
function get(token: string, values: readonly string[], type = "5", id = token): string {
  const [first, ...others] = values;
  const option = (head: string, value: string): string => (value === "00" ? head.replace("1", "0") : value);
  const rest = others.map((value) => `01${value}`).join("");
  return `${type}101 20${id} ${token} b162 ${first === "00" ? "d007" : `d107${option("1", first!)}`} ${rest}`;
}

/** The block of a body of `blockCount` full blocks, without the message ID: ETag, Content-Format, Size2, Q-Block2. */
function block(
  token: string,
  number: number,
  blockCount: number,
  { etag = "15", type = "5" }: { etag?: string; type?: string } = {},
): string {
  const value = (number << 4) | (number < blockCount - 1 ? 8 : 0);
  const option =
    value === 0 ? "30" : value > 0xff ? `32${value.toString(16).padStart(4, "0")}` : `31${byte(value)}`;
  return `${type}145${token}41${etag}812ad103${byte(blockCount * BLOCK)}${option}ff${repeat(byte(number), BLOCK)}`;
}

function shapes(heard: readonly string[]): string[] {
  return heard.map((message) => message.slice(0, 4) + message.slice(8));
}

interface Served {
  readonly lab: Lab;
  /** What is served: how many blocks, and with which entity tag. */
  state: { blockCount: number; etag: number };
}

/** An endpoint whose /b has full blocks of 16 bytes. */
function serve(blockCount: number, options: LabOptions = {}): Served {
  const lab = new Lab({ qBlock: qBlock(), ...options });
  const state = { blockCount, etag: 0x15 };
  lab.site.add("b", {
    get: () =>
      content(
        Uint8Array.from({ length: state.blockCount * BLOCK }, (_, index) => Math.floor(index / BLOCK)),
        42,
        { etag: Uint8Array.of(state.etag) },
      ),
  });
  return { lab, state };
}

function range(start: number, end: number): number[] {
  return Array.from({ length: end - start }, (_, index) => start + index);
}

async function ask(lab: Lab, message: string): Promise<string[]> {
  return shapes(await lab.wire.ask(message));
}

describe("Q-Block2, served", () => {
  it("RFC 9177 §10.2.1: all blocks, with the token of the request, one ETag and one Size2", async () => {
    const { lab } = serve(4);
    const heard = await ask(lab, get("c0", ["08"]));
    assert.deepEqual(
      heard,
      range(0, 4).map((number) => block("c0", number, 4)),
    );
    await lab.advance(100_000);
    assert.deepEqual(lab.wire.take(), []);
  });

  it("RFC 9177 §4.4: a body that fits a block comes without the option", async () => {
    const { lab } = serve(1);
    assert.deepEqual(await ask(lab, get("c0", ["08"])), [`5145c04115812aff${repeat("00", BLOCK)}`]);
  });

  it("RFC 9177 §4.4: blocks no larger than the limit blockBytes where larger ones are asked for", async () => {
    const { lab } = serve(2, { limits: { blockBytes: BLOCK } });
    assert.deepEqual(await ask(lab, get("c0", ["0a"])), [block("c0", 0, 2), block("c0", 1, 2)]);
  });

  it("RFC 9177 §4.4: 4.13 without Size1 where the options leave no room for 16 bytes", async () => {
    // Header, token, payload marker and block: 22 bytes; ETag, Content-Format, Size2 and Q-Block2: 10; the head: 2.
    for (const [length, code] of [
      [30, "45"],
      [31, "8d"],
    ] as const) {
      const lab = new Lab({ qBlock: qBlock(), limits: { maxMessageBytes: 64 } });
      const options = new Options().add(LOCATION_QUERY, new Uint8Array(length));
      const etag = Uint8Array.of(0x15);
      lab.site.add("b", { get: () => content(new Uint8Array(2 * BLOCK), 42, { etag, options }) });
      const [answer] = await ask(lab, get("c0", ["08"]));
      assert.ok(answer!.startsWith(`51${code}c0`), answer);
      // A diagnostic payload is all that 4.13 has.
      if (code === "8d") assert.equal(answer!.slice(6, 8), "ff");
    }
  });

  it("RFC 9177 §10.2.2: 'Continue' brings the next set at once, with the token of the first request", async () => {
    const { lab } = serve(11);
    const heard = await ask(lab, get("f0", ["08"]));
    assert.deepEqual(
      heard,
      range(0, 10).map((number) => block("f0", number, 11)),
    );
    assert.deepEqual(await ask(lab, get("f1", ["a8"])), [block("f0", 10, 11)]);
  });

  it("RFC 9177 §7.2: the next set comes after NON_TIMEOUT_RANDOM by itself, the same pause after each", async () => {
    for (const seed of [1, 2, 3]) {
      const { lab } = serve(15, { seed, qBlock: qBlock({ maxPayloads: 5 }) });
      await lab.wire.ask(get("f0", ["08"]));
      await lab.advance(10_000);
      const times = lab.wire.heard.map(({ atMs }) => atMs);
      assert.equal(times.length, 10);
      const pauseMs = times[0]! - 2;
      assert.ok(pauseMs >= 2_000 && pauseMs <= 3_000, `${pauseMs} ms, seed ${seed}`);
      assert.ok(Math.abs(times[5]! - times[0]! - pauseMs) < 1, `${times[5]} ms, seed ${seed}`);
    }
  });

  it("RFC 9177 §7.2: a 'Continue' that crossed the next set on its way brings nothing", async () => {
    const { lab } = serve(11);
    await lab.wire.ask(get("f0", ["08"]));
    await lab.advance(3_000);
    assert.equal(lab.wire.take().length, 1);
    assert.deepEqual(await ask(lab, get("f1", ["a8"])), []);
  });

  it("RFC 9177 §10.2.3: missing blocks are sent again with the token of the request for them", async () => {
    const { lab } = serve(11);
    await lab.wire.ask(get("f0", ["08"]));
    assert.deepEqual(await ask(lab, get("f3", ["10", "90"])), [block("f3", 1, 11), block("f3", 9, 11)]);
  });

  it("RFC 9177 §10.2.4: with M set the block and all behind it in its set", async () => {
    const { lab } = serve(11);
    await lab.wire.ask(get("f0", ["08"]));
    assert.deepEqual(
      await ask(lab, get("f5", ["28"])),
      range(2, 10).map((number) => block("f5", number, 11)),
    );
  });

  it("RFC 9177 §7.2: behind missing blocks, too, there is a pause", async () => {
    const { lab } = serve(11);
    await lab.wire.ask(get("f0", ["08"]));
    await lab.advance(1_900);
    assert.deepEqual(await ask(lab, get("f3", ["10"])), [block("f3", 1, 11)]);
    await lab.advance(1_900);
    assert.deepEqual(lab.wire.take(), []);
    await lab.advance(1_200);
    assert.deepEqual(shapes(lab.wire.take()), [block("f0", 10, 11)]);
  });

  it("RFC 9177 §4.4: a body ends with a Confirmable block that is never acknowledged", async () => {
    const { lab } = serve(3);
    await lab.wire.ask(get("f0", ["08"], "4"));
    await lab.advance(100_000);
    assert.deepEqual(shapes(lab.wire.take()), new Array<string>(4).fill(block("f0", 1, 3, { type: "4" })));
  });

  it("RFC 9177 §4.4: a block that several options stand for is sent once", async () => {
    const { lab } = serve(11);
    await lab.wire.ask(get("f0", ["08"]));
    assert.deepEqual(
      await ask(lab, get("f5", ["68", "70"])),
      range(6, 10).map((number) => block("f5", number, 11)),
    );
  });

  it("RFC 9177 §4.4: with M unset the first block alone", async () => {
    const { lab } = serve(11);
    assert.deepEqual(await ask(lab, get("f0", ["00"])), [block("f0", 0, 11)]);
  });

  it("RFC 9177 §4.4: 4.00 for numbers that do not ascend, sizes that differ, and blocks that are not there", async () => {
    const { lab } = serve(11);
    await lab.wire.ask(get("f0", ["08"]));
    for (const [index, wrong] of [["20", "10"], ["10", "10"], ["10", "21"], ["0f"], ["b0"]].entries()) {
      const [answer] = await lab.wire.ask(get(byte(0x10 + index), wrong));
      assert.ok(answer?.startsWith("5180"), `${wrong.join()}: ${answer}`);
    }
  });

  it("RFC 9177 §4.4: when the body is no longer kept, the blocks asked for are those of the present state", async () => {
    const served = serve(11);
    const { lab } = served;
    await lab.wire.ask(get("f0", ["08"]));
    await lab.advance(250_000);
    served.state.etag = 0x16;
    lab.wire.take();
    assert.deepEqual(await ask(lab, get("f3", ["10"])), [block("f3", 1, 11, { etag: "16" })]);
  });

  it("RFC 9177 §4.4: while the body is kept, missing blocks are those of the state that it had", async () => {
    const served = serve(11);
    const { lab } = served;
    await lab.wire.ask(get("f0", ["08"]));
    served.state.etag = 0x16;
    assert.deepEqual(await ask(lab, get("f3", ["10"])), [block("f3", 1, 11)]);
    const [whole] = await ask(lab, get("f4", ["08"]));
    assert.equal(whole, block("f4", 0, 11, { etag: "16" }));
  });

  it("RFC 9177 §4.4: representations without an entity tag of their own get one, another for each state", async () => {
    const { lab } = serve(1);
    let state = 0;
    lab.site.add("c", { get: () => content(new Uint8Array(32).fill((state += 1)), 42) });
    const tags: string[] = [];
    for (const id of ["01", "02"]) {
      const heard = await lab.wire.ask(`5101 30${id} ${id} b163 d10708`);
      assert.equal(heard.length, 2);
      // An ETag of 4 bytes is the first option.
      const own = heard.map((message) => message.slice(10, 20));
      assert.equal(own[0], own[1]);
      assert.equal(own[0]!.slice(0, 2), "44");
      tags.push(own[0]!);
    }
    assert.ok(tags[0] !== tags[1]);
  });

  it("RFC 9177 §4.4: as many bodies as the limit representations are kept; the oldest goes first", async () => {
    const { lab } = serve(11, { limits: { representations: 1 } });
    lab.site.add("c", { get: () => content(new Uint8Array(200), 42) });
    await lab.wire.ask(get("f0", ["08"]));
    await lab.wire.ask("5101 3001 01 b163 d10708");
    await lab.advance(5_000);
    const last = shapes(lab.wire.take());
    assert.equal(last.filter((message) => message.startsWith("5145f0")).length, 0);
    assert.equal(last.filter((message) => message.startsWith("514501")).length, 3);
  });

  it("RFC 9177 §4.3: a Reset to a block ends the body", async () => {
    const { lab } = serve(11);
    const heard = await lab.wire.ask(get("f0", ["08"]));
    lab.wire.send(`7000 ${messageId(heard[3]!)}`);
    await lab.advance(5_000);
    assert.deepEqual(lab.wire.take(), []);
  });

  it("RFC 9177 §A.2: to a Confirmable request the first block comes with the acknowledgement, others Confirmable", async () => {
    const { lab } = serve(3);
    assert.deepEqual(await ask(lab, get("f0", ["08"], "4")), [
      block("f0", 0, 3, { type: "6" }),
      block("f0", 1, 3, { type: "4" }),
    ]);
    await lab.advance(3_000);
    const [again] = lab.wire.take();
    lab.wire.send(`6000 ${messageId(again!)}`);
    await lab.advance(10);
    assert.deepEqual(shapes(lab.wire.take()), [block("f0", 2, 3, { type: "4" })]);
  });

  it("RFC 9177 §4.8: a request to a group with Q-Block2 is ignored", async () => {
    const { lab } = serve(11);
    lab.endpoint.joinGroup("ff02::fd%eth0");
    lab.wire.send(get("f0", ["08"]), { address: "ff02::fd%eth0", port: 5683 });
    await lab.advance(20_000);
    assert.deepEqual(lab.wire.take(), []);
  });

  it("RFC 9177 §11, RFC 9175 §2.4: a stranger shows that it is there before it gets a body", async () => {
    const { lab } = serve(11, { global: true });
    const [challenge, ...more] = await lab.wire.ask(get("f0", ["08"]));
    assert.ok(challenge!.startsWith("5181"), challenge);
    assert.deepEqual(more, []);
    const echo = challenge!.slice(challenge!.length - 16);
    const heard = await lab.wire.ask(`5101 4001 01 b162 d10708 d8d0 ${echo}`);
    assert.equal(heard.length, 10);
  });
});
