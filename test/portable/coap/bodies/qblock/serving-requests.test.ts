import { qBlock } from "../../../../../src/coap/bodies/qblock/q-block.js";
import { changed } from "../../../../../src/coap/server/response.js";
import { assert, describe, it } from "../../../../portable.js";
import { Lab, PEER_PORT, Wire, messageId, repeat, type LabOptions } from "../../wire.js";

const BLOCK = 16;

/** `NON PUT /p` (or CON, POST) with Q-Block1, Size1 and Request-Tag, as RFC 9177 §4.3 has it, in blocks of 16 bytes. */
function block(
  number: number,
  blockCount: number,
  { type = "5", code = "03", tag = "09", token = number + 1, lastBytes = BLOCK } = {},
): string {
  const isLast = number === blockCount - 1;
  const size = (blockCount - 1) * BLOCK + lastBytes;
  const value = byte((number << 4) | (isLast ? 0 : 8));
  const option = value === "00" ? "80" : `81 ${value}`;
  const payload = repeat(byte(number), isLast ? lastBytes : BLOCK);
  return `${type}1${code} 10${byte(token)} ${byte(token)} b170 ${option} d11c ${byte(size)} d1db ${tag} ff ${payload}`;
}

function byte(value: number): string {
  return value.toString(16).padStart(2, "0");
}

/** Without the message ID, which is the endpoint's own choice. */
function shapes(heard: readonly string[]): string[] {
  return heard.map((message) => message.slice(0, 4) + message.slice(8));
}

interface Stored {
  readonly lab: Lab;
  /** Lengths of the bodies that came. */
  readonly bodies: number[];
}

/** An endpoint whose /p stores bodies. */
function store(options: LabOptions = {}): Stored {
  const lab = new Lab({ qBlock: qBlock(), ...options });
  const bodies: number[] = [];
  const handler = ({ payload }: { readonly payload: Uint8Array }): ReturnType<typeof changed> => {
    bodies.push(payload.length);
    for (let index = 0; index < payload.length; index += 1)
      assert.equal(payload[index], Math.floor(index / BLOCK));
    return changed();
  };
  lab.site.add("p", { put: handler, post: handler });
  return { lab, bodies };
}

/** Sends these blocks, and returns what comes within 10 ms. */
async function send(lab: Lab, blockCount: number, numbers: readonly number[]): Promise<string[]> {
  for (const number of numbers) lab.wire.send(block(number, blockCount));
  await lab.advance(10);
  return shapes(lab.wire.take());
}

const FIRST_SET = Object.freeze([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);

describe("Q-Block1, served", () => {
  it("RFC 9177 §10.1.1: one response to all blocks, with the token of the last", async () => {
    const { lab, bodies } = store();
    assert.deepEqual(await send(lab, 4, [0, 1, 2, 3]), ["514404"]);
    assert.deepEqual(bodies, [64]);
  });

  it("RFC 9177 §4.3: blocks in any order, the response with the token of the one that came last", async () => {
    const { lab, bodies } = store();
    assert.deepEqual(await send(lab, 4, [3, 1, 0, 2]), ["514403"]);
    assert.deepEqual(bodies, [64]);
  });

  it("RFC 9177 §10.1.2: 2.31 when a MAX_PAYLOADS_SET is there, and for no other block", async () => {
    const { lab, bodies } = store();
    assert.deepEqual(await send(lab, 11, FIRST_SET), ["515f0a" + "d10698"]);
    assert.deepEqual(await send(lab, 11, [10]), ["51440b"]);
    assert.deepEqual(bodies, [176]);
  });

  it("RFC 9177 §10.1.3: asks for what is missing of a set at the first block of the next, then when time is up", async () => {
    const { lab, bodies } = store();
    assert.deepEqual(await send(lab, 13, [0, 2, 3, 4, 5, 6, 7, 8]), []);
    await lab.advance(2_500);
    assert.deepEqual(await send(lab, 13, [11]), ["51880c" + "c20110" + "ff0109"]);
    assert.deepEqual(await send(lab, 13, [1, 9, 12]), []);
    await lab.advance(3_980);
    assert.deepEqual(lab.wire.take(), []);
    await lab.advance(20);
    assert.deepEqual(shapes(lab.wire.take()), ["51880d" + "c20110" + "ff0a"]);
    assert.deepEqual(await send(lab, 13, [10]), ["51440b"]);
    assert.deepEqual(bodies, [208]);
  });

  it("RFC 9177 §10.1.4: waits twice as long each time, no faster than PROBING_RATE, and gives up in the end", async () => {
    const { lab, bodies } = store();
    assert.deepEqual(await send(lab, 3, [0, 2]), []);
    await lab.advance(200_000);
    // 4 s, then 8, 16 and 32 s more; 4.08 has 10 bytes, after which a silent peer is left alone for 10 s.
    assert.deepEqual(
      lab.wire.heard.map(({ atMs }) => Math.round(atMs / 1000)),
      [4, 14, 28, 60],
    );
    assert.deepEqual(shapes(lab.wire.take()), new Array<string>(4).fill("518803" + "c20110" + "ff01"));
    await send(lab, 3, [1]);
    assert.deepEqual(bodies, []);
  });

  it("RFC 9177 §7.2: asks for the set behind the one that it has confirmed when nothing of it comes", async () => {
    const { lab } = store();
    await send(lab, 12, FIRST_SET);
    await lab.advance(4_000);
    assert.deepEqual(shapes(lab.wire.take()), ["51880a" + "c20110" + "ff0a0b"]);
  });

  it("RFC 9177 §5: names no more missing blocks than a MAX_PAYLOADS_SET has", async () => {
    const { lab } = store();
    lab.wire.send(block(14, 15));
    await lab.advance(10);
    assert.deepEqual(shapes(lab.wire.take()), ["51880f" + "c20110" + "ff00010203040506070809"]);
  });

  it("RFC 9177 §4.3: a duplicate is not taken again, and is answered as the original was", async () => {
    const { lab, bodies } = store();
    await send(lab, 11, FIRST_SET);
    lab.wire.send(block(9, 11, { token: 0x30 }));
    await lab.advance(10);
    assert.deepEqual(shapes(lab.wire.take()), ["515f30" + "d10698"]);
    await send(lab, 11, [10]);
    lab.wire.send(block(10, 11, { token: 0x31 }));
    await lab.advance(10);
    assert.deepEqual(shapes(lab.wire.take()), ["514431"]);
    assert.deepEqual(bodies, [176]);
  });

  it("RFC 9177 §4.3: POST, too, is done once", async () => {
    const { lab, bodies } = store();
    for (const number of [0, 1, 1, 0])
      lab.wire.send(block(number, 2, { code: "02", token: 0x40 + lab.wire.heard.length + number }));
    await lab.advance(10);
    assert.deepEqual(bodies, [32]);
  });

  it("RFC 9177 §4.3: bodies with different Request-Tags come side by side", async () => {
    const { lab, bodies } = store();
    for (const tag of ["01", "02"]) lab.wire.send(block(0, 2, { tag, token: Number(tag) }));
    for (const tag of ["01", "02"]) lab.wire.send(block(1, 2, { tag, token: 4 + Number(tag) }));
    await lab.advance(10);
    assert.deepEqual(shapes(lab.wire.take()), ["514405", "514406"]);
    assert.deepEqual(bodies, [32, 32]);
  });

  it("RFC 9177 §4.3: as many bodies as the limit assemblies, then 5.03, until one has timed out", async () => {
    const { lab } = store({ limits: { assemblies: 2 } });
    for (const tag of ["01", "02"]) lab.wire.send(block(0, 2, { tag, token: Number(tag) }));
    await lab.advance(10);
    assert.deepEqual(lab.wire.take(), []);
    const [refused] = await lab.wire.ask(block(0, 2, { tag: "03", token: 3 }));
    assert.ok(refused!.startsWith("51a3"));
    await lab.advance(130_000);
    lab.wire.take();
    assert.deepEqual(await lab.wire.ask(block(0, 2, { tag: "03", token: 4 })), []);
  });

  it("RFC 9177 §4.3: the places of one endpoint that has them all are not out of reach for another", async () => {
    const { lab } = store({ limits: { assemblies: 2 } });
    for (const tag of ["01", "02"]) await lab.wire.ask(block(0, 2, { tag, token: Number(tag) }));
    const [other, another] = [1, 2].map(
      (offset) => new Wire(lab.world, lab.peerHost, lab.to, PEER_PORT + offset),
    );
    assert.deepEqual(await other!.ask(block(0, 2)), []);
    assert.ok((await another!.ask(block(0, 2)))[0]!.startsWith("51a3"));
    assert.ok((await other!.ask(block(1, 2)))[0]!.startsWith("5144"));
    assert.ok((await lab.wire.ask(block(1, 2, { tag: "02", token: 5 })))[0]!.startsWith("5144"));
  });

  it("RFC 9177 §4.3: a body that is never answered does not count for ever", async () => {
    const { lab, bodies } = store({ limits: { assemblies: 1 } });
    lab.site.add("slow", { put: () => new Promise(() => undefined) });
    await lab.wire.ask(`5103 5001 01 b4736c6f77 80 d11c 01 d1db 09 ff 00`);
    const [refused] = await lab.wire.ask(block(0, 2));
    assert.ok(refused!.startsWith("51a3"), refused);
    await lab.advance(247_000);
    await send(lab, 2, [0, 1]);
    assert.deepEqual(bodies, [32]);
  });

  it("RFC 9177 §4.3: a body as large as the limit, and 4.13 with Size1 for a larger one", async () => {
    const { lab, bodies } = store({ limits: { maxBodyBytes: 32 } });
    await send(lab, 2, [0, 1]);
    assert.deepEqual(bodies, [32]);
    const [refused] = await lab.wire.ask(block(0, 3, { tag: "0a", lastBytes: 1 }));
    assert.ok(refused!.startsWith("518d"));
    assert.ok(refused!.includes("d12f20"), refused);
  });

  it("RFC 9177 §4.3: blocks as large as the limit blockBytes, and 4.13 with that size in Q-Block1 for larger ones", async () => {
    const { lab, bodies } = store({ limits: { blockBytes: BLOCK } });
    const large = `5103 2001 01 b170 8109 d11c 40 d1db 0a ff ${repeat("00", BLOCK)}${repeat("01", BLOCK)}`;
    const [refused] = shapes(await lab.wire.ask(large));
    // Q-Block1 0/1/16, and no Size1, which would say that the body is too long.
    assert.ok(refused!.startsWith("518d01" + "d10608" + "ff"), refused);
    assert.deepEqual(await send(lab, 4, [0, 1, 2, 3]), ["514404"]);
    assert.deepEqual(bodies, [64]);
  });

  it("RFC 9177 §4.3: a Reset to 4.08 ends the body", async () => {
    const { lab, bodies } = store();
    await send(lab, 2, [0]);
    await lab.advance(4_000);
    const [asked] = lab.wire.take();
    lab.wire.send(`7000 ${messageId(asked!)}`);
    await lab.advance(10);
    await send(lab, 2, [1]);
    assert.deepEqual(bodies, []);
  });

  it("RFC 9177 §4.3: 4.00 without Request-Tag, without Size1, and for blocks that contradict them", async () => {
    const { lab } = store();
    const payload = repeat("00", BLOCK);
    for (const wrong of [
      `5103 2001 01 b170 8108 d11c 20 ff ${payload}`,
      `5103 2002 02 b170 8108 e1 0004 09 ff ${payload}`,
      `5103 2003 03 b170 810f d11c 20 d1db 09 ff ${payload}`,
      `5103 2004 04 b170 8108 d11c 20 d1db 09 ff ${repeat("00", BLOCK - 1)}`,
      `5103 2005 05 b170 8108 d11c 10 d1db 09 ff ${payload}`,
      `5103 2006 06 b170 8128 d11c 20 d1db 09 ff ${payload}`,
    ]) {
      const [answer] = await lab.wire.ask(wrong);
      assert.ok(answer?.startsWith("5180"), `${wrong}: ${answer}`);
    }
  });

  it("RFC 9177 §4.1: 4.02 for Q-Block and Block options in one request, and for two Q-Block1", async () => {
    const { lab } = store();
    const payload = repeat("00", BLOCK);
    const [mixed] = await lab.wire.ask(`5103 2101 01 b170 8108 8108 d114 20 d1db 09 ff ${payload}`);
    assert.ok(mixed!.startsWith("5182"), mixed);
    const [twice] = await lab.wire.ask(`4103 2102 02 b170 8108 0118 d11c 20 d1db 09 ff ${payload}`);
    assert.ok(twice!.startsWith("6182"), twice);
  });

  it("RFC 9177 §4.3: an endpoint without Q-Block says 4.02 to Confirmable requests and rejects others", async () => {
    const lab = new Lab();
    lab.site.add("p", { put: () => changed() });
    const [refused] = await lab.wire.ask(block(0, 2, { type: "4" }));
    assert.ok(refused!.startsWith("6182"), refused);
    assert.deepEqual(await lab.wire.ask(block(0, 2, { token: 2 })), ["70001002"]);
  });

  it("RFC 9177 §A.1: Confirmable blocks are acknowledged one by one, and none is asked for", async () => {
    const { lab, bodies } = store();
    for (const number of [0, 1, 3]) {
      const heard = await lab.wire.ask(block(number, 4, { type: "4" }));
      assert.deepEqual(heard, [`600010${byte(number + 1)}`]);
    }
    await lab.advance(100_000);
    assert.deepEqual(lab.wire.take(), []);
    assert.deepEqual(await lab.wire.ask(block(2, 4, { type: "4" })), ["6144100303"]);
    assert.deepEqual(bodies, [64]);
  });

  it("RFC 9177 §7.2: NON_PARTIAL_TIMEOUT ends a Confirmable body of which nothing more comes", async () => {
    const { lab, bodies } = store();
    await lab.wire.ask(block(0, 2, { type: "4" }));
    await lab.advance(247_000);
    await lab.wire.ask(block(1, 2, { type: "4" }));
    assert.deepEqual(bodies, []);
  });
});
