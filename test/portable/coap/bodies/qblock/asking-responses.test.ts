import { LimitError, ProtocolError, TimeoutError } from "../../../../../src/coap/errors.js";
import { GET, POST, PUT } from "../../../../../src/coap/codec/code.js";
import { assert, describe, it } from "../../../../portable.js";
import { BLOCK, ask, body, byte, downloadBlock, taken } from "./asking.js";
import { repeat, reply } from "../../wire.js";

describe("Q-Block2, asked for", () => {
  it("RFC 9177 §10.2.2: asks for the whole body, and for the next set when one is there", async () => {
    const { lab, response, sent } = await ask(GET, {});
    assert.equal(sent.length, 1);
    assert.equal(sent[0]!.head, "5801");
    assert.equal(sent[0]!.rest, "b170d10708");
    for (let number = 0; number < 10; number += 1)
      lab.wire.send(reply(sent[0]!.bytes, "NON", "45", downloadBlock(number, 11), `710${number}`));
    await lab.advance(5);
    const [more, ...others] = taken(lab);
    assert.deepEqual(others, []);
    assert.equal(more!.rest, "b170d107a8");
    lab.wire.send(reply(sent[0]!.bytes, "NON", "45", downloadBlock(10, 11), "7200"));
    assert.deepEqual((await lab.until(response)).payload, body(11));
  });

  it("RFC 9177 §10.2.3: asks for what is missing of a set at the first block of the next, then when time is up", async () => {
    const { lab, response, sent } = await ask(GET, {});
    for (const number of [0, 2, 3, 4, 5, 6, 7, 8, 10])
      lab.wire.send(reply(sent[0]!.bytes, "NON", "45", downloadBlock(number, 11), `71${byte(number)}`));
    await lab.advance(5);
    const [missing, ...others] = taken(lab);
    assert.deepEqual(others, []);
    assert.equal(missing!.rest, "b170d107100190");
    lab.wire.send(reply(missing!.bytes, "NON", "45", downloadBlock(9, 11), "7200"));
    await lab.advance(3_990);
    assert.deepEqual(taken(lab), []);
    await lab.advance(20);
    const [again] = taken(lab);
    assert.equal(again!.rest, "b170d10710");
    lab.wire.send(reply(again!.bytes, "NON", "45", downloadBlock(1, 11), "7201"));
    assert.deepEqual((await lab.until(response)).payload, body(11));
  });

  it("RFC 7959 §2.9.1: 2.31 is no final response to a request without a body, with a block or without", async () => {
    for (const block of ["ff31", downloadBlock(0, 1)]) {
      const { lab, response, sent } = await ask(GET, {});
      lab.wire.send(reply(sent[0]!.bytes, "NON", "5f", block, "7100"));
      await lab.until(assert.rejects(response, ProtocolError, "2.31"));
    }
  });

  it("RFC 9177 §7.2: gives a response up that stays incomplete", async () => {
    const { lab, response, sent } = await ask(GET, {});
    lab.wire.send(reply(sent[0]!.bytes, "NON", "45", downloadBlock(0, 2), "7100"));
    await assert.rejects(lab.until(response), TimeoutError);
  });

  it("RFC 9177 §4.4: blocks of another state begin the body anew; duplicates are ignored", async () => {
    const { lab, response, sent } = await ask(GET, {});
    const blocks = [
      downloadBlock(0, 2),
      downloadBlock(0, 2),
      downloadBlock(1, 3, "16"),
      downloadBlock(0, 3, "16"),
    ];
    for (const [index, block] of [...blocks, downloadBlock(2, 3, "16")].entries())
      lab.wire.send(reply(sent[0]!.bytes, "NON", "45", block, `710${index}`));
    const { payload, etag } = await lab.until(response);
    assert.deepEqual(payload, body(3));
    assert.deepEqual(etag, Uint8Array.of(0x16));
  });

  it("RFC 9177 §4.4: a state that never stays the same is an error", async () => {
    const { lab, response, sent } = await ask(GET, {});
    for (let index = 0; index < 5; index += 1)
      lab.wire.send(reply(sent[0]!.bytes, "NON", "45", downloadBlock(0, 2, `2${index}`), `710${index}`));
    await assert.rejects(lab.until(response), ProtocolError);
  });

  it("RFC 9177 §4.6: a block without Size2 or ETag is an error, one that does not fit is ignored", async () => {
    for (const wrong of ["d10f20 3108", "4115 d10e08"]) {
      const { lab, response, sent } = await ask(GET, {});
      lab.wire.send(reply(sent[0]!.bytes, "NON", "45", `${wrong} ff ${repeat("00", BLOCK)}`, "7100"));
      await assert.rejects(lab.until(response), ProtocolError);
    }
    const { lab, response, sent } = await ask(GET, {});
    for (const [index, block] of [
      downloadBlock(0, 2),
      `4115d10b2031${byte(0x20)}ff${repeat("02", BLOCK)}`,
      `4115d10b203110ff${repeat("07", BLOCK - 1)}`,
      downloadBlock(1, 2),
    ].entries())
      lab.wire.send(reply(sent[0]!.bytes, "NON", "45", block, `710${index}`));
    assert.deepEqual((await lab.until(response)).payload, body(2));
  });

  it("RFC 9177 §4.4: Q-Block2 0/0 is the whole response, with or without Size2 and ETag", async () => {
    // Size2 is 28, Q-Block2 is 31.
    const whole = ["d11200", "4115 d10e00", "d10f03 3100", "4115 d10b03 3100"];
    for (const options of whole)
      for (const method of [GET, PUT, POST]) {
        const payload = method === GET ? {} : { payload: body(2) };
        const { lab, response, sent } = await ask(method, payload);
        lab.wire.send(reply(sent.at(-1)!.bytes, "NON", "45", `${options} ff 616263`, "7100"));
        assert.equal((await lab.until(response)).text(), "abc", `${method} ${options}`);
        await lab.advance(300_000);
        assert.deepEqual(taken(lab), []);
      }
  });

  it("RFC 9177 §4.4: an empty body in Q-Block2 0/0 is one, a payload that the block has no room for is an error", async () => {
    const empty = await ask(GET, {});
    empty.lab.wire.send(reply(empty.sent[0]!.bytes, "NON", "45", "d11200", "7100"));
    assert.equal((await empty.lab.until(empty.response)).payload.length, 0);
    const full = await ask(GET, {});
    full.lab.wire.send(reply(full.sent[0]!.bytes, "NON", "45", `d11200ff${repeat("00", BLOCK)}`, "7100"));
    assert.equal((await full.lab.until(full.response)).payload.length, BLOCK);
    const over = await ask(GET, {});
    over.lab.wire.send(reply(over.sent[0]!.bytes, "NON", "45", `d11200ff${repeat("00", BLOCK + 1)}`, "7100"));
    await assert.rejects(over.lab.until(over.response), ProtocolError, "holds the payload");
  });

  it("RFC 9177 §4.6: takes a body as large as the limit and none that is larger", async () => {
    for (const maxBodyBytes of [32, 31]) {
      const { lab, response, sent } = await ask(GET, { maxBodyBytes });
      for (const number of [0, 1])
        lab.wire.send(reply(sent[0]!.bytes, "NON", "45", downloadBlock(number, 2), `710${number}`));
      if (maxBodyBytes === 32) assert.deepEqual((await lab.until(response)).payload, body(2));
      else await assert.rejects(lab.until(response), LimitError);
    }
  });

  it("RFC 9177 §4.4: a request that nothing comes back to is repeated, but for one that must not happen twice", async () => {
    for (const [method, times] of [
      [GET, 4],
      [POST, 0],
    ] as const) {
      const { lab, response } = await ask(method, method === GET ? {} : { payload: body(1) }, {
        parameters: { probingRate: 1000 },
      });
      await lab.advance(300_000);
      assert.equal(taken(lab).length, times);
      await assert.rejects(lab.until(response), TimeoutError);
    }
  });
});
