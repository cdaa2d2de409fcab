import { fromHex, toHex } from "../../../../../src/bytes/hex.js";
import { MessageTooLargeError, Message } from "../../../../../src/coap/codec/message.js";
import { BLOCK2, ETAG } from "../../../../../src/coap/codec/option-number.js";
import { ServerErrorResponse, TimeoutError } from "../../../../../src/coap/errors.js";
import { BASE_CAPABILITIES } from "../../../../../src/coap/messaging/capabilities.js";
import { changed, content } from "../../../../../src/coap/server/response.js";
import { assert, describe, it } from "../../../../portable.js";
import { LOCAL, Lab, PEER } from "../../wire.js";
import {
  capableEndpoint,
  roomyWorld,
  CapableLab,
  CapablePair,
  ROOMY,
  TAKES_BERT,
  describeMessage,
} from "./capable-peers.js";

/** A body whose bytes say where they stand. */
function body(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (index * 7 + (index >> 8)) & 0xff);
}

/** A lab whose /s keeps what it is sent. */
function store(lab: CapableLab | Lab): Uint8Array[] {
  const bodies: Uint8Array[] = [];
  lab.endpoint.site.add("s", {
    put: ({ payload }) => {
      bodies.push(payload);
      return changed();
    },
  });
  return bodies;
}

/** What became of a message of the wire. */
async function ask(lab: CapableLab | Lab, message: string): Promise<string[]> {
  return (await lab.wire.ask(message)).map((answer) => describeMessage(fromHex(answer)));
}

/** A pair whose /e answers what it was sent, and whose /l has `length` bytes. */
function echo(pair: CapablePair, length = 0): CapablePair {
  pair.server.site.add("e", { post: ({ payload }) => content(payload, 42) });
  pair.server.site.add("l", { get: () => content(body(length), 42) });
  return pair;
}

describe("BERT, serving", () => {
  it("RFC 8323 §6.2: PUT with BERT blocks", async () => {
    const lab = new CapableLab();
    const bodies = store(lab);
    // Figure 14 with blocks of a quarter of the length.
    const whole = body(2048 + 4096 + 1421);
    const part = (from: number, to: number): string => toHex(whole.subarray(from, to));
    // Uri-Path s; Block1 (27) 0/1/BERT, 2/1/BERT, 6/0/BERT.
    assert.deepEqual(await ask(lab, `40 03 0001 b1 73 d1 03 0f ff ${part(0, 2048)}`), ["2.31 1:0/1/BERT 0"]);
    assert.deepEqual(await ask(lab, `40 03 0002 b1 73 d1 03 2f ff ${part(2048, 6144)}`), [
      "2.31 1:2/1/BERT 0",
    ]);
    assert.deepEqual(await ask(lab, `40 03 0003 b1 73 d1 03 67 ff ${part(6144, 7565)}`), [
      "2.04 1:6/0/BERT 0",
    ]);
    assert.deepEqual(bodies, [whole]);
  });

  it("RFC 8323 §6: the last BERT block may have no byte, or any number", async () => {
    for (const rest of [0, 1, 1023, 1024, 1025]) {
      const lab = new CapableLab();
      const bodies = store(lab);
      const whole = body(1024 + rest);
      await lab.wire.ask(`40 03 0001 b1 73 d1 03 0f ff ${toHex(whole.subarray(0, 1024))}`);
      const last = rest === 0 ? "" : `ff ${toHex(whole.subarray(1024))}`;
      assert.deepEqual(await ask(lab, `40 03 0002 b1 73 d1 03 17 ${last}`), ["2.04 1:1/0/BERT 0"]);
      assert.deepEqual(bodies, [whole]);
    }
  });

  it("RFC 8323 §6: a BERT block with more to come is a multiple of 1024 bytes", async () => {
    for (const [length, code] of [
      [1023, "4.00"],
      [1025, "4.00"],
      [2048, "2.31"],
    ] as const) {
      const lab = new CapableLab();
      store(lab);
      const [answer] = await ask(lab, `40 03 0001 b1 73 d1 03 0f ff ${toHex(body(length))}`);
      assert.equal(answer?.slice(0, 4), code, `${length} bytes`);
    }
    const lab = new CapableLab();
    store(lab);
    const [answer] = await ask(lab, "40 03 0001 b1 73 d1 03 0f");
    assert.equal(answer?.slice(0, 4), "4.00", "no byte");
  });

  it("RFC 8323 §6: blocks of the same body may be BERT and others", async () => {
    const lab = new CapableLab();
    const bodies = store(lab);
    const whole = body(2048 + 1024 + 512 + 100);
    const part = (from: number, to: number): string => toHex(whole.subarray(from, to));
    await lab.wire.ask(`40 03 0001 b1 73 d1 03 0f ff ${part(0, 2048)}`);
    // 2/1/1024, 6/1/512, then 28/0/128.
    await lab.wire.ask(`40 03 0002 b1 73 d1 03 2e ff ${part(2048, 3072)}`);
    await lab.wire.ask(`40 03 0003 b1 73 d1 03 6d ff ${part(3072, 3584)}`);
    assert.deepEqual(await ask(lab, `40 03 0004 b1 73 d2 03 01c3 ff ${part(3584, 3684)}`), [
      "2.04 1:28/0/128 0",
    ]);
    assert.deepEqual(bodies, [whole]);
  });

  it("RFC 8323 §6: a server that does not send BERT blocks answers them with a size of its own", async () => {
    const lab = new CapableLab(TAKES_BERT, { maxBodyBytes: 8192, blockBytes: 512, maxMessageBytes: 4096 });
    store(lab);
    lab.endpoint.site.add("l", { get: () => content(body(5000), 42) });
    const payload = toHex(body(2048));
    assert.deepEqual(await ask(lab, `40 03 0001 b1 73 d1 03 0f ff ${payload}`), ["2.31 1:0/1/512 0"]);
    // GET with Block2 (23) 1/0/BERT.
    assert.deepEqual(await ask(lab, "40 01 0002 b1 6c c1 17"), ["2.05 2:2/1/512 512"]);
  });

  it("RFC 8323 §6: a block of any size from a body that comes in BERT blocks", async () => {
    const lab = new CapableLab({ ...TAKES_BERT, maxMessageBytes: 3300 });
    const whole = body(9000);
    lab.endpoint.site.add("l", { get: () => content(whole, 42) });
    const answers: Message[] = [];
    // Without Block2; 3/0/BERT, 12/0/512, 7/0/BERT, 8/0/1024.
    for (const block of ["", "c1 37", "c1 c5", "c1 77", "c2 0086"]) {
      const [answer] = await lab.wire.ask(`40 01 000${answers.length} b1 6c ${block}`);
      answers.push(new Message(fromHex(answer!)));
    }
    assert.deepEqual(
      answers.map(({ bytes }) => describeMessage(bytes)),
      [
        "2.05 2:0/1/BERT 3072",
        "2.05 2:3/1/BERT 3072",
        "2.05 2:12/1/512 512",
        "2.05 2:7/0/BERT 1832",
        "2.05 2:8/0/1024 808",
      ],
    );
    for (const { options, payload } of answers) {
      const value = options.uint(BLOCK2)!;
      const offset = (value >> 4) * ((value & 7) === 5 ? 512 : 1024);
      assert.deepEqual(payload, whole.subarray(offset, offset + payload.length));
      assert.deepEqual(options.first(ETAG), answers[0]!.options.first(ETAG));
    }
  });

  it("RFC 8323 §6: a body that fits goes whole, in one block where blocks were asked for", async () => {
    const lab = new CapableLab();
    lab.endpoint.site.add("l", { get: () => content(body(5000), 42) });
    assert.deepEqual(await ask(lab, "40 01 0001 b1 6c"), ["2.05 5000"]);
    assert.deepEqual(await ask(lab, "40 01 0002 b1 6c c1 07"), ["2.05 2:0/0/BERT 5000"]);
    assert.deepEqual(await ask(lab, "40 01 0003 b1 6c c1 06"), ["2.05 2:0/1/1024 1024"]);
  });

  it("RFC 8323 §5.3.2: BERT is not for a peer that takes 1152 bytes, or no blocks", async () => {
    for (const [capabilities, first] of [
      [{ ...TAKES_BERT, maxMessageBytes: 1152 }, "2.05 2:0/1/1024 1024"],
      [{ ...TAKES_BERT, maxMessageBytes: 1153 }, "2.05 2:0/1/BERT 1024"],
      [{ ...TAKES_BERT, maxMessageBytes: 3000, blockwise: false }, "5.00"],
    ] as const) {
      const lab = new CapableLab(capabilities);
      lab.endpoint.site.add("l", { get: () => content(body(5000), 42) });
      const [answer] = await ask(lab, "40 01 0001 b1 6c");
      assert.equal(answer?.slice(0, first.length), first);
    }
  });

  it("RFC 8323 §5.3.2: a peer that asks for a block takes blocks, whatever it said", async () => {
    const lab = new CapableLab({ ...TAKES_BERT, blockwise: false });
    lab.endpoint.site.add("l", { get: () => content(body(9000), 42) });
    assert.deepEqual(await ask(lab, "40 01 0001 b1 6c c1 06"), ["2.05 2:0/1/1024 1024"]);
  });

  it("RFC 8323 §6: notifications are whole, or begin with a BERT block, or with one of the size asked for", async () => {
    for (const [length, block, notified] of [
      [5000, "", "2.05 5000"],
      [9000, "", "2.05 2:0/1/BERT 5120"],
      [5000, "61 06", "2.05 2:0/1/1024 1024"],
    ] as const) {
      const lab = new CapableLab();
      const resource = lab.endpoint.site.add("l", {
        get: () => content(body(length), 42),
        observable: true,
      });
      // Observe (6), Uri-Path l, Block2 behind it: delta 12.
      await lab.wire.ask(`41 01 0001 aa 60 51 6c ${block.replace("61", "c1")}`);
      resource.notify();
      await lab.world.time.advance(100);
      const [notification] = lab.wire.take();
      assert.equal(describeMessage(fromHex(notification!)), notified);
    }
  });

  it("RFC 7959 §2.2: over datagrams the size exponent 7 is reserved", async () => {
    const lab = new Lab();
    const bodies = store(lab);
    const [answer] = await ask(lab, `40 03 0001 b1 73 d1 03 0f ff ${toHex(body(1024))}`);
    assert.equal(answer?.slice(0, 4), "4.00");
    assert.equal(bodies.length, 0);
  });
});

describe("BERT, asking", () => {
  it("RFC 8323 §6: bodies go whole as long as they fit, both ways", async () => {
    const pair = echo(new CapablePair());
    // Header 4, token 4, Uri-Path 2, marker 1; and 12 bytes are left for the options of blocks.
    for (const length of [0, 1024, 1025, 5000, 6000 - 10 - 12]) {
      const payload = body(length);
      const response = await pair.world.time.until(pair.client.client.post(pair.uri("e"), { payload }));
      assert.deepEqual(response.payload, payload);
      assert.deepEqual(pair.asked.splice(0), [`0.02 ${length}`]);
      assert.deepEqual(pair.answered.splice(0), [`2.05 ${length}`]);
    }
  });

  it("RFC 8323 §6: larger ones in BERT blocks, both ways", async () => {
    const pair = echo(new CapablePair());
    const payload = body(6000 - 10 - 12 + 1);
    const response = await pair.world.time.until(pair.client.client.post(pair.uri("e"), { payload }));
    assert.deepEqual(response.payload, payload);
    assert.deepEqual(pair.asked, ["0.02 1:0/1/BERT 5120", "0.02 1:5/0/BERT 859"]);
    assert.deepEqual(pair.answered, ["2.31 1:0/1/BERT 0", "2.05 1:5/0/BERT 5979"]);
  });

  it("RFC 8323 §6.1: GET with BERT blocks", async () => {
    const pair = echo(new CapablePair(TAKES_BERT, { ...TAKES_BERT, maxMessageBytes: 6000 }), 12_903);
    const response = await pair.world.time.until(pair.client.client.get(pair.uri("l")));
    assert.deepEqual(response.payload, body(12_903));
    assert.deepEqual(pair.asked, ["0.01 0", "0.01 2:5/0/BERT 0", "0.01 2:10/0/BERT 0"]);
    assert.deepEqual(pair.answered, [
      "2.05 2:0/1/BERT 5120",
      "2.05 2:5/1/BERT 5120",
      "2.05 2:10/0/BERT 2663",
    ]);
  });

  it("RFC 8323 §6: each side keeps to the messages that the other takes", async () => {
    const serverSays = { ...TAKES_BERT, maxMessageBytes: 2200 };
    const pair = echo(new CapablePair(serverSays, { ...TAKES_BERT, maxMessageBytes: 1152 }));
    const payload = body(5000);
    const response = await pair.world.time.until(pair.client.client.post(pair.uri("e"), { payload }));
    assert.deepEqual(response.payload, payload);
    assert.deepEqual(pair.asked, [
      "0.02 1:0/1/BERT 2048",
      "0.02 1:2/1/1024 1024",
      "0.02 1:3/1/1024 1024",
      "0.02 1:4/0/1024 904",
      ...[1, 2, 3, 4].map((number) => `0.02 2:${number}/0/1024 0`),
    ]);
    assert.deepEqual(pair.answered, [
      "2.31 1:0/1/1024 0",
      "2.31 1:2/1/1024 0",
      "2.31 1:3/1/1024 0",
      "2.05 2:0/1/1024 1:4/0/1024 1024",
      ...[1, 2, 3].map((number) => `2.05 2:${number}/1/1024 1024`),
      "2.05 2:4/0/1024 904",
    ]);
  });

  it("RFC 8323 §5.3.2: a body that fits no message of a peer without blocks is refused here", async () => {
    const says = { maxMessageBytes: 1152, blockwise: false, maxTokenBytes: 8 };
    const pair = echo(new CapablePair(says));
    const longest = 1152 - 10 - 12;
    const fits = pair.client.client.post(pair.uri("e"), { payload: body(longest) });
    assert.equal((await pair.world.time.until(fits)).payload.length, longest);
    assert.deepEqual(pair.asked.splice(0), [`0.02 ${longest}`]);
    const tooLong = pair.client.client.post(pair.uri("e"), { payload: body(longest + 1) });
    await assert.rejects(pair.world.time.until(tooLong), MessageTooLargeError, "takes no blocks");
    assert.deepEqual(pair.asked, []);
  });

  it("RFC 8323 §5.3.2: a response that fits no message to a client without blocks is 5.00", async () => {
    const pair = echo(new CapablePair(TAKES_BERT, { ...TAKES_BERT, blockwise: false }), 9000);
    const answer = pair.world.time.until(pair.client.client.get(pair.uri("l")));
    const { diagnostic } = await assert.rejects(answer, ServerErrorResponse);
    assert.ok(diagnostic.includes("6000 bytes"), diagnostic);
  });

  it("RFC 8323 §6: a block size that the caller wants is kept to", async () => {
    const pair = echo(new CapablePair(), 3000);
    const posted = pair.client.client.post(pair.uri("e"), { payload: body(1500), blockSize: 1024 });
    assert.equal((await pair.world.time.until(posted)).payload.length, 1500);
    assert.deepEqual(pair.asked.splice(0), ["0.02 1:0/1/1024 1024", "0.02 1:1/0/1024 476"]);
    const read = pair.client.client.get(pair.uri("l"), { blockSize: 1024 });
    assert.equal((await pair.world.time.until(read)).payload.length, 3000);
    assert.deepEqual(pair.asked, ["0.01 2:0/0/1024 0", "0.01 2:1/0/1024 0", "0.01 2:2/0/1024 0"]);
  });

  it("RFC 7959 §2.9.3: a server that wants no whole body gets blocks", async () => {
    const lab = new CapableLab();
    const { wire, world, endpoint } = lab;
    const heard: string[] = [];
    wire.answer = (request) => {
      heard.push(describeMessage(request));
      const head = `64${heard.length === 1 ? "8d" : heard.length === 2 ? "5f" : "44"}${toHex(request.subarray(2, 8))}`;
      // 4.13 with 1:0/0/BERT, 2.31 with 1:0/1/1024, 2.04 with 1:1/0/1024.
      return `${head}d10e${["07", "0e", "16"][heard.length - 1]!}`;
    };
    const put = endpoint.client.put("coap://[fd00::2]:40000/s", { payload: body(1500) });
    await world.time.until(put);
    assert.deepEqual(heard, ["0.03 1500", "0.03 1:0/1/1024 1024", "0.03 1:1/0/1024 476"]);
  });

  it("RFC 8323 §6: a body that comes piece by piece goes whole where it turns out to fit", async () => {
    const pair = echo(new CapablePair());
    for (const [count, asked] of [
      [5, ["0.02 5000"]],
      [8, ["0.02 1:0/1/BERT 5120", "0.02 1:5/0/BERT 2880"]],
    ] as const) {
      let left = count;
      const payload = {
        [Symbol.asyncIterator]: () => ({
          next: () =>
            Promise.resolve(
              left-- > 0
                ? { done: false as const, value: body(1000) }
                : { done: true as const, value: undefined },
            ),
        }),
      };
      const posted = pair.client.client.post(pair.uri("e"), { payload });
      assert.equal((await pair.world.time.until(posted)).payload.length, 1000 * count);
      assert.deepEqual(pair.asked.splice(0, asked.length), [...asked]);
      pair.asked.length = 0;
    }
  });

  it("RFC 8323 §5.3: what does not fit every peer's messages waits for what this one takes", async () => {
    const world = roomyWorld();
    const sent: string[] = [];
    let known: (() => void) | undefined;
    const server = capableEndpoint(world.host(LOCAL), TAKES_BERT);
    server.site.add("e", { post: ({ payload }) => content(payload, 42) });
    const client = capableEndpoint(world.host(PEER), BASE_CAPABILITIES, ROOMY, sent, (peer) => {
      return new Promise((resolve) => {
        known = () => {
          peer.capabilities = TAKES_BERT;
          resolve();
        };
      });
    });
    const uri = `coap://[${LOCAL}]/e`;
    await world.time.until(client.client.post(uri, { payload: body(1000) }));
    assert.deepEqual(sent.splice(0), ["0.02 1000"]);
    const posted = client.client.post(uri, { payload: body(3000) });
    await world.time.advance(1000);
    assert.deepEqual(sent, []);
    known!();
    assert.equal((await world.time.until(posted)).payload.length, 3000);
    assert.deepEqual(sent, ["0.02 3000"]);
    const late = client.client.post(uri, { payload: body(9000), timeoutMs: 5000 });
    await assert.rejects(world.time.until(late), TimeoutError);
  });

  it("limit maxMessageBytes: no BERT block is sent by an endpoint with room for 1152 bytes", async () => {
    for (const [maxMessageBytes, first] of [
      [1152, "0.02 1:0/1/1024 1024"],
      [1153, "0.02 1:0/1/BERT 1024"],
    ] as const) {
      const pair = echo(new CapablePair(TAKES_BERT, TAKES_BERT, ROOMY, { ...ROOMY, maxMessageBytes }));
      const posted = pair.client.client.post(pair.uri("e"), { payload: body(3000) });
      assert.equal((await pair.world.time.until(posted)).payload.length, 3000);
      assert.equal(pair.asked[0], first);
    }
  });
});
