import { fromHex, toHex } from "../../../../src/bytes/hex.js";
import { ClientErrorResponse, LimitError, ProtocolError, TimeoutError } from "../../../../src/coap/errors.js";
import { MessageTooLargeError } from "../../../../src/coap/codec/message.js";
import { Cancellation } from "../../../../src/coap/client/cancellation.js";
import { assert, describe, it } from "../../../portable.js";
import { Lab, reply } from "../wire.js";
import { Pieces, behindToken, part, pattern, scripted } from "./scripted-server.js";

describe("block-wise, asking", () => {
  it("RFC 7959 §2.4: fetches the blocks that follow, in the size of the first", async () => {
    // Block2 (23): 0/1/16, 1/1/16, 2/0/16, with ETag.
    const lab = scripted([
      `45 4101 d1 06 08 51 25 ff ${part(0, 16)}`,
      `45 4101 d1 06 18 ff ${part(16, 32)}`,
      `45 4101 d1 06 20 ff ${part(32, 37)}`,
    ]);
    const progress: unknown[] = [];
    const onProgress = (bytes: number, total: number | undefined): void => void progress.push([bytes, total]);
    const response = await lab.until(lab.endpoint.client.get(lab.uri("a"), { onProgress }));
    assert.equal(toHex(response.payload), part(0, 37));
    assert.deepEqual(lab.wire.take().map(behindToken), ["b161", "b161c110", "b161c120"]);
    assert.ok(lab.world.time.nowMs < 10, "without delay");
    assert.deepEqual(progress, [
      [16, 37],
      [32, 37],
      [37, 37],
    ]);
  });

  it("RFC 7959 §2.4: asks for a block size in the first request, and follows where the server has a smaller one", async () => {
    const lab = scripted([
      `45 d1 0a 09 ff ${part(0, 32)}`.replace("d1 0a", "d1 0a"),
      `45 d1 0a 11 ff ${part(32, 33)}`,
    ]);
    const response = await lab.until(lab.endpoint.client.get(lab.uri("a"), { blockSize: 64 }));
    assert.equal(response.payload.length, 33);
    assert.deepEqual(lab.wire.take().map(behindToken), ["b161c102", "b161c111"]);
  });

  it("RFC 7959 §2.4: reads again from the start when the entity tag changes", async () => {
    const lab = scripted([
      `45 4101 d1 06 08 ff ${part(0, 16)}`,
      "45 4102 d1 06 10 ff 01",
      `45 4102 d1 06 08 ff ${part(0, 16)}`,
      "45 4102 d1 06 10 ff 02",
    ]);
    const response = await lab.until(lab.endpoint.client.get(lab.uri("a")));
    assert.equal(toHex(response.payload), `${part(0, 16)}02`);
  });

  it("RFC 7959 §2.4: gives up on a resource that changes faster than it can be read", async () => {
    const lab = new Lab();
    let tag = 0;
    lab.wire.answer = (heard) => {
      tag += 1;
      const more = tag % 2 === 1;
      return reply(
        heard,
        "ACK",
        "45",
        `41${String(tag).padStart(2, "0")}d106${more ? "08" : "10"}ff${more ? part(0, 16) : "01"}`,
      );
    };
    await lab.until(assert.rejects(lab.endpoint.client.get(lab.uri("a")), ProtocolError, "changed"));
    assert.equal(lab.wire.take().length, 8, "four times two requests");
  });

  it("RFC 7959 §2.4: another block than the one asked for, or of another size, is an error", async () => {
    for (const second of [
      `45 d1 0a 28 ff ${part(0, 16)}`,
      `45 d1 0a 18 ff ${part(0, 15)}`,
      "45 ff 01",
      "45 d1 0a 17 ff 01",
      `45 d1 0a 10 ff ${part(0, 17)}`,
    ]) {
      const lab = scripted([`45 d1 0a 08 ff ${part(0, 16)}`, second]);
      await lab.until(assert.rejects(lab.endpoint.client.get(lab.uri("a")), ProtocolError));
    }
    const lab = scripted([`45 d1 0a 18 ff ${part(0, 16)}`]);
    await lab.until(assert.rejects(lab.endpoint.client.get(lab.uri("a")), ProtocolError, "at 0"));
  });

  it("RFC 7959 §2.5: sends a body in blocks, with its size in the first, as the server goes along", async () => {
    const lab = scripted(["5f d1 0e 09", "5f d1 0e 19", "44 d1 0e 21"]);
    const progress: unknown[] = [];
    const onProgress = (bytes: number, total: number | undefined): void => void progress.push([bytes, total]);
    await lab.until(
      lab.endpoint.client.put(lab.uri("a"), { payload: pattern(70), blockSize: 32, onProgress }),
    );
    assert.deepEqual(lab.wire.take().map(behindToken), [
      `b161d10309d11446ff${part(0, 32)}`,
      `b161d10319ff${part(32, 64)}`,
      `b161d10321ff${part(64, 70)}`,
    ]);
    assert.ok(lab.world.time.nowMs < 10, "without delay");
    assert.deepEqual(progress, [
      [32, 70],
      [64, 70],
      [70, 70],
    ]);
  });

  it("RFC 7959 §2.3: goes on in smaller blocks where the server says so", async () => {
    const lab = scripted(["5f d1 0e 08", "5f d1 0e 28", "44 d1 0e 30"]);
    await lab.until(lab.endpoint.client.put(lab.uri("a"), { payload: pattern(50), blockSize: 32 }));
    assert.deepEqual(lab.wire.take().map(behindToken), [
      `b161d10309d11432ff${part(0, 32)}`,
      `b161d10328ff${part(32, 48)}`,
      `b161d10330ff${part(48, 50)}`,
    ]);
  });

  it("RFC 7959 §2.9.3: tries again in smaller blocks after 4.13 with a smaller size, in blocks or not", async () => {
    const inBlocks = scripted(["8d d1 0e 08", "5f d1 0e 08", "5f d1 0e 18", "44 d1 0e 20"]);
    await inBlocks.until(
      inBlocks.endpoint.client.put(inBlocks.uri("a"), { payload: pattern(40), blockSize: 32 }),
    );
    const [, second] = inBlocks.wire.take().map(behindToken);
    assert.equal(second, `b161d10308d11428ff${part(0, 16)}`);
    const whole = scripted(["8d d1 0e 08", "5f d1 0e 08", "44 d1 0e 10"]);
    await whole.until(whole.endpoint.client.put(whole.uri("a"), { payload: pattern(20) }));
    assert.deepEqual(whole.wire.take().map(behindToken), [
      `b161ff${part(0, 20)}`,
      `b161d10308d11414ff${part(0, 16)}`,
      `b161d10310ff${part(16, 20)}`,
    ]);
  });

  it("RFC 7959 §2.9: a refusal on the way ends it, and lets go of the source", async () => {
    for (const code of ["88", "8d", "84"]) {
      const lab = scripted(["5f d1 0e 08", code]);
      const payload = new Pieces([pattern(30), pattern(30)]);
      await lab.until(
        assert.rejects(
          lab.endpoint.client.put(lab.uri("a"), { payload, blockSize: 16 }),
          ClientErrorResponse,
        ),
      );
      assert.equal(lab.wire.take().length, 2);
      assert.ok(payload.returned);
    }
  });

  it("RFC 7959 §2.3: a server that does not speak of blocks is an error", async () => {
    const lab = scripted(["44"]);
    await lab.until(
      assert.rejects(
        lab.endpoint.client.put(lab.uri("a"), { payload: pattern(20), blockSize: 16 }),
        ProtocolError,
        "2.04",
      ),
    );
  });

  it("RFC 7959 §2.9.1: 2.31 is no final response: not to the last block, nor to a body or request in one message", async () => {
    const inBlocks = scripted(["5f d1 0e 08", "5f d1 0e 10"]);
    const progress: number[] = [];
    const options = {
      payload: pattern(20),
      blockSize: 16,
      onProgress: (bytes: number): void => void progress.push(bytes),
    };
    const { client } = inBlocks.endpoint;
    await inBlocks.until(assert.rejects(client.put(inBlocks.uri("a"), options), ProtocolError, "2.31"));
    assert.deepEqual(progress, [16], "not all of it");
    const whole = scripted([
      "5f",
      "5f",
      "5f d1 0a 00 ff 31",
      `45 d1 0a 08 ff ${part(0, 16)}`,
      "5f d1 0a 10 ff 01",
    ]);
    const asked = [
      () => whole.endpoint.client.put(whole.uri("a"), { payload: pattern(3) }),
      () => whole.endpoint.client.get(whole.uri("a")),
      () => whole.endpoint.client.stream(1, whole.uri("a")),
    ];
    for (const ask of asked) await whole.until(assert.rejects<Error>(ask(), ProtocolError, "2.31"));
    const { body } = await whole.until(whole.endpoint.client.stream(1, whole.uri("a")));
    const blocks = body[Symbol.asyncIterator]();
    await blocks.next();
    await whole.until(assert.rejects(blocks.next(), ProtocolError, "2.31"));
  });

  it("RFC 7959 §2.10: If-None-Match goes with the first block only", async () => {
    const lab = scripted(["5f d1 0e 08", "41 d1 0e 10"]);
    await lab.until(
      lab.endpoint.client.put(lab.uri("a"), { payload: pattern(20), blockSize: 16, ifNoneMatch: true }),
    );
    const [first, second] = lab.wire.take().map(behindToken);
    assert.deepEqual([first!.slice(0, 6), second!.slice(0, 4)], ["506161", "b161"]);
  });

  it("sends a body that comes in pieces, of which nobody knows the size", async () => {
    const lab = scripted(["5f d1 0e 08", "5f d1 0e 18", "44 d1 0e 20"]);
    const payload = new Pieces([pattern(10), pattern(0), pattern(30), pattern(1)]);
    await lab.until(lab.endpoint.client.put(lab.uri("a"), { payload, blockSize: 16 }));
    assert.deepEqual(lab.wire.take().map(behindToken), [
      `b161d10308ff${part(0, 10)}${part(0, 6)}`,
      `b161d10318ff${part(6, 22)}`,
      `b161d10320ff${part(22, 30)}00`,
    ]);
    assert.equal(payload.returned, false, "it was read to its end");
  });

  it("RFC 7959 §4: the first block of a body that comes in pieces has its size, where the caller knows it", async () => {
    const lab = scripted(["8d d1 0e 08", "5f d1 0e 08", "5f d1 0e 18", "44 d1 0e 20"]);
    const payload = new Pieces([pattern(33)]);
    const options = { payload, payloadBytes: 33, blockSize: 32 };
    await lab.until(lab.endpoint.client.put(lab.uri("a"), options));
    assert.deepEqual(lab.wire.take().map(behindToken), [
      `b161d10309d11421ff${part(0, 32)}`,
      // Once more from the start, in smaller blocks (§2.9.3).
      `b161d10308d11421ff${part(0, 16)}`,
      `b161d10318ff${part(16, 32)}`,
      `b161d10320ff${part(32, 33)}`,
    ]);
  });

  it("a body of exactly one block is not in blocks", async () => {
    const lab = scripted(["44", "44"]);
    await lab.until(lab.endpoint.client.put(lab.uri("a"), { payload: pattern(16), blockSize: 16 }));
    await lab.until(
      lab.endpoint.client.put(lab.uri("a"), { payload: new Pieces([pattern(16)]), blockSize: 16 }),
    );
    assert.deepEqual(lab.wire.take().map(behindToken), [`b161ff${part(0, 16)}`, `b161ff${part(0, 16)}`]);
  });

  it("RFC 7252 §4.6: long options leave less room: the blocks get smaller", async () => {
    const lab = new Lab({ limits: { maxMessageBytes: 100, blockBytes: 64 } });
    const answers = ["5f d1 0e 09", "5f d1 0e 19", "44 d1 0e 21"].map((answer) => answer.replaceAll(" ", ""));
    lab.wire.answer = (heard) => {
      const answer = answers.shift()!;
      return reply(heard, "ACK", answer.slice(0, 2), answer.slice(2));
    };
    await lab.until(lab.endpoint.client.put(lab.uri("p".repeat(30)), { payload: pattern(70) }));
    const sent = lab.wire.take();
    assert.deepEqual(
      sent.map((request) => request.slice(request.indexOf("ff") + 2)),
      [part(0, 32), part(32, 64), part(64, 70)],
    );
    assert.ok(sent.every((request) => request.length / 2 <= 100));
    const tooLong = lab.endpoint.client.put(lab.uri("p".repeat(90)), { payload: pattern(70) });
    await lab.until(assert.rejects(tooLong, MessageTooLargeError, "100"));
  });

  it("RFC 7959 §2.7: fetches a large answer to a large request without Block1", async () => {
    const lab = scripted(["5f d1 0e 08", `44 d1 0a 08 41 10 ff ${part(0, 16)}`, "44 d1 0a 10 ff 01"]);
    const response = await lab.until(
      lab.endpoint.client.post(lab.uri("a"), { payload: pattern(20), blockSize: 16 }),
    );
    assert.equal(toHex(response.payload), `${part(0, 16)}01`);
    assert.equal(behindToken(lab.wire.take()[2]), "b161c110");
  });

  it("RFC 9175 §3.4: concurrent operations have Request-Tags of their own, in every message of theirs", async () => {
    const lab = new Lab({ parameters: { nstart: 4 } });
    // Each operation: 0/1/16, 1/0/16, then the answer's second block.
    lab.wire.answer = (heard) => {
      const text = toHex(heard);
      if (text.includes("d10308")) return reply(heard, "ACK", "5f", "d10e08");
      if (text.includes("d10310")) return reply(heard, "ACK", "44", `d10a084110ff${part(0, 16)}`);
      return reply(heard, "ACK", "44", "d10a10ff01");
    };
    const { client } = lab.endpoint;
    const post = (): Promise<unknown> => client.post(lab.uri("a"), { payload: pattern(20), blockSize: 16 });
    await lab.until(Promise.all([post(), post(), post()]));
    // Request-Tag (292): delta 232 behind Size1, 265 behind Block1, 269 behind Block2.
    const rests = lab.wire.take().map(behindToken);
    const tags = (block: string): (string | undefined)[] =>
      rests
        .filter((rest) => rest.startsWith(`b161${block}`))
        .map((rest) => /(?:d1db|d1fc|e10000)(0[12])/.exec(rest)?.[1]);
    assert.deepEqual(tags("d10308"), [undefined, "01", "02"]);
    assert.deepEqual(tags("d10310"), [undefined, "01", "02"]);
    assert.deepEqual(tags("c110"), [undefined, "01", "02"]);
    await lab.until(post());
    assert.equal(
      /(?:d1db|d1fc|e10000)0[12]/.test(behindToken(lab.wire.take()[0])),
      false,
      "tags that are free are used again",
    );
  });

  it("a response can be read as it comes, and left as a loop does that ends early", async () => {
    const lab = scripted([
      `45 c1 2a b1 08 51 25 ff ${part(0, 16)}`,
      `45 c1 2a b1 18 ff ${part(16, 32)}`,
      `45 c1 2a b1 20 ff ${part(32, 37)}`,
      `45 c1 2a b1 08 ff ${part(0, 16)}`,
    ]);
    const { client } = lab.endpoint;
    const { head, totalBytes, body } = await lab.until(client.stream(1, lab.uri("a")));
    assert.deepEqual([head.contentFormat, head.payload.length, totalBytes], [42, 0, 37]);
    assert.equal(lab.wire.take().length, 1, "nothing is asked for before it is wanted");
    const read = async (): Promise<string> => {
      let text = "";
      for await (const block of body) text += toHex(block);
      return text;
    };
    assert.equal(await lab.until(read()), part(0, 37));
    const left = await lab.until(client.stream(1, lab.uri("a"), { timeoutMs: 1000 }));
    const iterator = left.body[Symbol.asyncIterator]();
    const first = (await iterator.next()) as IteratorYieldResult<Uint8Array>;
    assert.equal(first.value.length, 16);
    await iterator.return?.();
    await lab.advance(5000);
    assert.equal(lab.wire.take().length, 3);
    assert.equal(lab.world.time.pending, 0, "its time-out is gone, too");
  });

  it("a failure while a response is read ends the operation, and leaves no timer", async () => {
    const lab = scripted([`45 c1 2a b1 08 ff ${part(0, 16)}`, "45 ff 01"]);
    const signal = new Cancellation();
    const { body } = await lab.until(lab.endpoint.client.stream(1, lab.uri("a"), { timeoutMs: 1e6, signal }));
    const iterator = body[Symbol.asyncIterator]();
    await iterator.next();
    await lab.until(assert.rejects(iterator.next(), ProtocolError));
    await lab.advance(5000);
    assert.equal(lab.world.time.nextMs === undefined || lab.world.time.nextMs > 999_000, true);
  });

  it("limit maxBodyBytes: a response in blocks is given up as soon as it is too large", async () => {
    const lab = scripted([`45 d1 0a 08 ff ${part(0, 16)}`, `45 d1 0a 18 ff ${part(16, 32)}`]);
    const failure = lab.endpoint.client.get(lab.uri("a"), { maxBodyBytes: 31 });
    await lab.until(assert.rejects(failure, LimitError, "maxBodyBytes (31)"));
    assert.equal(lab.wire.take().length, 2);
  });

  it("timeoutMs holds for all that is read again because the resource changed", async () => {
    const lab = new Lab();
    let tag = 0;
    lab.wire.answer = (heard) => {
      tag += 1;
      const block = tag % 2 === 1 ? `08ff${part(0, 16)}` : "10ff01";
      const message = reply(heard, "ACK", "45", `41${String(tag).padStart(2, "0")}d106${block}`);
      lab.world.time.set(() => lab.wire.send(message), 1000);
      return undefined;
    };
    await lab.until(assert.rejects(lab.endpoint.client.get(lab.uri("a"), { timeoutMs: 4500 }), TimeoutError));
    assert.ok(Math.abs(lab.world.time.nowMs - 4500) < 1, `${lab.world.time.nowMs} ms`);
  });

  it("timeoutMs holds for the whole body", async () => {
    const lab = new Lab();
    let number = 0;
    lab.wire.answer = (heard) => {
      const message = reply(
        heard,
        "ACK",
        "45",
        `d10a${toHex(Uint8Array.of((number++ << 4) | 8))}ff${part(0, 16)}`,
      );
      lab.world.time.set(() => lab.wire.send(message), 1000);
      return undefined;
    };
    await lab.until(
      assert.rejects(lab.endpoint.client.get(lab.uri("a"), { timeoutMs: 4500 }), TimeoutError, "4500"),
    );
    assert.equal(number, 5);
    assert.ok(fromHex(lab.wire.take()[4]!).length > 0);
  });
});
