import {
  CancelledError,
  ClientErrorResponse,
  ProtocolError,
  TimeoutError,
} from "../../../../../src/coap/errors.js";
import { Cancellation } from "../../../../../src/coap/client/cancellation.js";
import { PUT } from "../../../../../src/coap/codec/code.js";
import { qBlock } from "../../../../../src/coap/bodies/qblock/q-block.js";
import { toHex } from "../../../../../src/bytes/hex.js";
import { assert, describe, it } from "../../../../portable.js";
import { BLOCK, ask, body, byte, tagOf, taken, uploadBlock } from "./asking.js";
import { Lab, empty, repeat, reply } from "../../wire.js";

describe("Q-Block1, asked", () => {
  it("RFC 9177 §4.1: asks with a Confirmable request whether the peer takes it; Block1 and Block2 where it does not", async () => {
    const lab = new Lab({ qBlock: qBlock() });
    for (const isFirst of [true, false]) {
      const response = lab.endpoint.client.get(lab.uri("p"), { blocks: "Q-Block", blockSize: BLOCK });
      await lab.advance(5);
      let [request] = taken(lab);
      if (isFirst) {
        assert.equal(request!.head, "4801");
        assert.equal(request!.rest, "b170d007");
        lab.wire.send(reply(request!.bytes, "ACK", "82"));
        await lab.advance(5);
        [request] = taken(lab);
      }
      assert.equal(request!.head, "4401");
      lab.wire.send(reply(request!.bytes, "ACK", "45", "ff 21"));
      assert.equal((await lab.until(response)).text(), "!");
    }
  });

  it("RFC 9177 §4.1: a Reset to the question means no as well", async () => {
    const lab = new Lab({ qBlock: qBlock() });
    const response = lab.endpoint.client.put(lab.uri("p"), {
      blocks: "Q-Block",
      blockSize: BLOCK,
      payload: body(2),
    });
    await lab.advance(5);
    const [probe] = taken(lab);
    assert.equal(probe!.head, "4801");
    lab.wire.send(empty(probe!.bytes, "RST"));
    await lab.advance(5);
    const [block] = taken(lab);
    // Block1 0/1/16
    assert.ok(toHex(block!.bytes).includes("b170d10308"));
    lab.endpoint.close();
    await assert.rejects(lab.until(response), CancelledError);
  });

  it("RFC 9177 §4.3: blocks in ascending order, with one Request-Tag, Size1, and tokens of their own", async () => {
    const { lab, response, sent } = await ask(PUT, { payload: body(4) });
    const tag = tagOf(sent[0]!);
    assert.deepEqual(
      sent.map(({ rest }) => rest),
      [0, 1, 2, 3].map((number) => uploadBlock(number, 4, tag)),
    );
    assert.ok(sent.every(({ head }) => head === "5803"));
    assert.equal(new Set(sent.map(({ token }) => token)).size, 4);
    lab.wire.send(reply(sent[3]!.bytes, "NON", "44", "", "7000"));
    assert.equal((await lab.until(response)).code, 0x44);
  });

  it("RFC 9177 §4.3: another body has another Request-Tag", async () => {
    const { lab, response, sent } = await ask(PUT, { payload: body(2) });
    lab.wire.send(reply(sent[1]!.bytes, "NON", "44", "", "7000"));
    await lab.until(response);
    const next = lab.endpoint.client.put(lab.uri("p"), {
      blocks: "Q-Block",
      blockSize: BLOCK,
      payload: body(2),
    });
    await lab.advance(5);
    const again = taken(lab);
    assert.ok(tagOf(again[0]!) !== tagOf(sent[0]!));
    lab.wire.send(reply(again[1]!.bytes, "NON", "44", "", "7001"));
    await lab.until(next);
  });

  it("RFC 9177 §7.2: MAX_PAYLOADS at a time; the next after NON_TIMEOUT_RANDOM, or at once after 2.31", async () => {
    const { lab, sent } = await ask(PUT, { payload: body(15) }, { qBlock: qBlock({ maxPayloads: 5 }) });
    assert.equal(sent.length, 5);
    await lab.advance(1_980);
    assert.deepEqual(taken(lab), []);
    await lab.advance(1_020);
    const second = taken(lab);
    assert.equal(second.length, 5);
    lab.wire.send(reply(second[4]!.bytes, "NON", "5f", "d10698", "7000"));
    await lab.advance(5);
    assert.equal(taken(lab).length, 5);
    lab.endpoint.close();
  });

  it("RFC 9177 §5: sends what is missing again, as it was, before anything else", async () => {
    const { lab, response, sent } = await ask(PUT, { payload: body(13) });
    const tag = tagOf(sent[0]!);
    lab.wire.send(reply(sent[8]!.bytes, "NON", "88", "c20110 ff 01 09", "7000"));
    await lab.advance(5);
    const again = taken(lab);
    assert.deepEqual(
      again.map(({ rest }) => rest),
      [uploadBlock(1, 13, tag), uploadBlock(9, 13, tag)],
    );
    assert.ok(again.every(({ token }) => sent.every((one) => one.token !== token)));
    await lab.advance(3_000);
    const rest = taken(lab);
    assert.deepEqual(
      rest.map((one) => one.rest),
      [10, 11, 12].map((number) => uploadBlock(number, 13, tag)),
    );
    lab.wire.send(reply(rest[2]!.bytes, "NON", "44", "", "7001"));
    await lab.until(response);
  });

  it("RFC 9177 §5: drops 4.08 whose block numbers do not ascend or are no unsigned integers", async () => {
    const { lab, sent } = await ask(PUT, { payload: body(3) });
    for (const [index, wrong] of ["0201", "0101", "20", "6161", "", "18", "1a00100000"].entries()) {
      const payload = wrong === "" ? "" : `ff ${wrong}`;
      lab.wire.send(reply(sent[2]!.bytes, "NON", "88", `c20110 ${payload}`, `710${index}`));
    }
    await lab.advance(100);
    assert.deepEqual(taken(lab), []);
    lab.endpoint.close();
  });

  it("RFC 9177 §5: a server that asks for the same block for ever is not obeyed for ever", async () => {
    const { lab, response, sent } = await ask(PUT, { payload: body(3) });
    let resent = 0;
    for (let index = 0; index < 60; index += 1) {
      lab.wire.send(reply(sent[2]!.bytes, "NON", "88", "c20110 ff 01", `72${byte(index)}`));
      await lab.advance(10);
      resent += taken(lab).filter(({ head }) => head === "5803").length;
    }
    // NON_MAX_RETRANSMIT times as many as were sent, and a MAX_PAYLOADS_SET.
    assert.equal(resent, 4 * (3 + 10));
    await assert.rejects(lab.until(response), ProtocolError);
  });

  it("RFC 9177 §4.1: a Reset to blocks that nothing else answers means no, whatever the question was answered", async () => {
    const { lab, response, sent } = await ask(PUT, { payload: body(2) });
    lab.wire.send(empty(sent[1]!.bytes, "RST"));
    await lab.advance(5);
    const [block] = taken(lab);
    assert.ok(toHex(block!.bytes).includes("b170d10308"));
    lab.endpoint.close();
    await assert.rejects(lab.until(response), CancelledError);
  });

  it("RFC 9177 §4.3: 4.08 without missing blocks ends the transfer", async () => {
    const { lab, response, sent } = await ask(PUT, { payload: body(3) });
    lab.wire.send(reply(sent[2]!.bytes, "NON", "88", "", "7000"));
    await assert.rejects(lab.until(response), ClientErrorResponse);
  });

  it("RFC 9177 §4.3: 4.13 with smaller blocks in Q-Block1: begins again with those, as another body", async () => {
    const { lab, response, sent } = await ask(PUT, { payload: body(4), blockSize: 2 * BLOCK });
    assert.equal(sent.length, 2);
    lab.wire.send(reply(sent[1]!.bytes, "NON", "8d", "d10618", "7000"));
    await lab.advance(5);
    const again = taken(lab);
    const tag = tagOf(again[0]!);
    assert.ok(!sent[0]!.rest.includes(tag));
    assert.deepEqual(
      again.map(({ rest }) => rest),
      [0, 1, 2, 3].map((number) => uploadBlock(number, 4, tag)),
    );
    assert.deepEqual(await lab.wire.ask(reply(sent[0]!.bytes, "NON", "8d", "d10608", "7001")), ["70007001"]);
    lab.wire.send(reply(again[3]!.bytes, "NON", "44", "", "7002"));
    assert.equal((await lab.until(response)).code, 0x44);
  });

  it("RFC 9177 §4.3: 4.13 with smaller blocks to a body that was in one message", async () => {
    const { lab, response, sent } = await ask(PUT, { payload: body(2), blockSize: 2 * BLOCK });
    assert.equal(sent.length, 1);
    lab.wire.send(reply(sent[0]!.bytes, "NON", "8d", "d10608", "7000"));
    await lab.advance(5);
    const again = taken(lab);
    assert.deepEqual(
      again.map(({ rest }) => rest),
      [0, 1].map((number) => uploadBlock(number, 2, tagOf(again[0]!))),
    );
    lab.wire.send(reply(again[1]!.bytes, "NON", "44", "", "7001"));
    assert.equal((await lab.until(response)).code, 0x44);
  });

  it("RFC 9177 §4.3: 4.13 with smaller blocks to a Confirmable one", async () => {
    const { lab, response, sent } = await ask(PUT, { payload: body(2), blockSize: 2 * BLOCK });
    lab.wire.send(reply(sent[0]!.bytes, "NON", "44", "", "7000"));
    await lab.until(response);
    const next = lab.endpoint.client.put(lab.uri("p"), {
      blocks: "Q-Block",
      blockSize: 2 * BLOCK,
      payload: body(3),
      confirmable: true,
    });
    await lab.advance(5);
    const [large] = taken(lab);
    lab.wire.send(reply(large!.bytes, "ACK", "8d", "d10608"));
    for (const number of [0, 1, 2]) {
      await lab.advance(5);
      const [small, ...others] = taken(lab);
      assert.deepEqual(others, []);
      assert.equal(small!.rest, uploadBlock(number, 3, tagOf(small!)));
      lab.wire.send(number < 2 ? empty(small!.bytes, "ACK") : reply(small!.bytes, "ACK", "44"));
    }
    assert.equal((await lab.until(next)).code, 0x44);
  });

  it("RFC 9177 §4.3: 4.13 with smaller blocks to the question whether the peer takes it", async () => {
    const lab = new Lab({ qBlock: qBlock() });
    const response = lab.endpoint.client.fetch(lab.uri("p"), {
      blocks: "Q-Block",
      blockSize: 2 * BLOCK,
      contentFormat: 42,
      payload: body(2),
    });
    await lab.advance(5);
    const [probe] = taken(lab);
    assert.equal(probe!.head, "4805");
    lab.wire.send(reply(probe!.bytes, "ACK", "8d", "d10608"));
    await lab.advance(5);
    const blocks = taken(lab);
    const tag = tagOf(blocks[0]!);
    assert.deepEqual(
      blocks.map(({ rest }) => rest),
      ["08", "10"].map(
        (value, number) => `b170112a71${value}d11c20d4db${tag}ff${repeat(byte(number), BLOCK)}`,
      ),
    );
    lab.wire.send(reply(blocks[1]!.bytes, "NON", "45", "ff 21", "7000"));
    assert.equal((await lab.until(response)).text(), "!");
  });

  it("RFC 9177 §4.3: 4.13 that names no smaller blocks ends the transfer", async () => {
    // No Q-Block1; blocks of 32 bytes, as they were; of 64; the reserved size.
    for (const options of ["", "d10609", "d1060a", "d1060f"]) {
      const { lab, response, sent } = await ask(PUT, { payload: body(4), blockSize: 2 * BLOCK });
      lab.wire.send(reply(sent[1]!.bytes, "NON", "8d", options, "7000"));
      await assert.rejects(lab.until(response), ClientErrorResponse);
      assert.deepEqual(taken(lab), []);
    }
  });

  it("RFC 9177 §7.2: repeats the last block where nothing comes, NON_MAX_RETRANSMIT times, then fails", async () => {
    const { lab, response, sent } = await ask(PUT, { payload: body(2) });
    await lab.advance(200_000);
    const again = taken(lab);
    assert.deepEqual(
      again.map(({ rest }) => rest),
      new Array<string>(4).fill(sent[1]!.rest),
    );
    await assert.rejects(lab.until(response), TimeoutError);
  });

  it("RFC 9177 §7.2: PROBING_RATE holds for the body as a whole, NON_PROBING_WAIT at most", async () => {
    const { lab, response } = await ask(PUT, { payload: body(12), timeoutMs: 1_000 });
    const startMs = lab.world.time.nowMs;
    await assert.rejects(lab.until(response), TimeoutError);
    const next = lab.endpoint.client.put(lab.uri("p"), {
      blocks: "Q-Block",
      blockSize: BLOCK,
      payload: body(12),
    });
    next.catch(() => undefined);
    await lab.advance(400_000);
    // 192 bytes at 1 byte a second.
    const second = taken(lab).find(({ atMs }) => atMs > startMs + 20)!;
    assert.ok(Math.abs(second.atMs - startMs - 192_000) < 20, `${second.atMs - startMs} ms`);
    lab.endpoint.close();
  });

  it("RFC 9177 §4.3: a body given up is forgotten: a later 4.08 is rejected", async () => {
    const signal = new Cancellation();
    const { lab, response, sent } = await ask(PUT, { payload: body(3), signal });
    signal.cancel();
    await assert.rejects(lab.until(response), CancelledError);
    const heard = await lab.wire.ask(reply(sent[2]!.bytes, "NON", "88", "c20110 ff 01", "7000"));
    assert.deepEqual(heard, ["70007000"]);
  });

  it("RFC 9177 §A.1: Confirmable blocks wait for the acknowledgement of those before them", async () => {
    const lab = new Lab({ qBlock: qBlock() });
    const response = lab.endpoint.client.put(lab.uri("p"), {
      blocks: "Q-Block",
      blockSize: BLOCK,
      payload: body(3),
      confirmable: true,
    });
    for (const number of [0, 1, 2]) {
      await lab.advance(5);
      const [sent, ...others] = taken(lab);
      assert.deepEqual(others, []);
      assert.equal(sent!.head, "4803");
      assert.equal(sent!.rest, uploadBlock(number, 3, tagOf(sent!)));
      lab.wire.send(number < 2 ? empty(sent!.bytes, "ACK") : reply(sent!.bytes, "ACK", "44"));
    }
    assert.equal((await lab.until(response)).code, 0x44);
  });

  it("RFC 9177 §6: a response with a token of no transfer is rejected", async () => {
    const { lab, response } = await ask(PUT, { payload: body(2) });
    assert.deepEqual(await lab.wire.ask(`5844 7300 ${repeat("00", 8)}`), ["70007300"]);
    lab.endpoint.close();
    await assert.rejects(lab.until(response), CancelledError);
  });
});

describe("Q-Block, what cannot be asked", () => {
  it("RFC 9177 §4.6: bodies whose length is not known, and endpoints without it", async () => {
    const lab = new Lab();
    await assert.rejects(lab.endpoint.client.get(lab.uri("p"), { blocks: "Q-Block" }), RangeError);
    const other = new Lab({ qBlock: qBlock() });
    const pieces: AsyncIterable<Uint8Array> = {
      [Symbol.asyncIterator]: () => ({ next: () => Promise.resolve({ done: true, value: undefined }) }),
    };
    await assert.rejects(
      other.endpoint.client.put(other.uri("p"), { blocks: "Q-Block", payload: pieces }),
      RangeError,
    );
    await assert.rejects(
      other.endpoint.client.put(other.uri("p"), { blocks: "Q-Block", noResponse: 2 }),
      RangeError,
    );
  });
});
