import { fromHex, toHex } from "../../../../../src/bytes/hex.js";
import { Message } from "../../../../../src/coap/codec/message.js";
import { changed, content } from "../../../../../src/coap/server/response.js";
import { assert, describe, it } from "../../../../portable.js";
import { Lab, PEER_PORT, Wire, messageId, type LabOptions } from "../../wire.js";

/** Bytes 0, 1, 2 … */
function pattern(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => index & 0xff);
}

/** A part of the pattern, as hexadecimal. */
function part(from: number, to: number): string {
  return toHex(pattern(to).subarray(from));
}

/** A resource whose bodies are kept: the tests look at the last one. */
interface Store {
  readonly lab: Lab;
  readonly bodies: string[];
}

function store(options: LabOptions = {}, maxBodyBytes?: number): Store {
  const lab = new Lab(options);
  const bodies: string[] = [];
  const take = ({ payload }: { readonly payload: Uint8Array }): ReturnType<typeof changed> => {
    bodies.push(toHex(payload));
    return changed();
  };
  lab.site.add("s", {
    put: take,
    post: take,
    patch: take,
    ...(maxBodyBytes !== undefined && { maxBodyBytes }),
  });
  return { lab, bodies };
}

/** A CON PUT or POST of /s with a Block1 (27) option: the option value as 2 digits. */
function block1(id: string, block: string, payload: string, method = "03"): string {
  return `40 ${method} ${id} b1 73 d1 03 ${block} ff ${payload}`;
}

describe("block-wise, serving", () => {
  it("RFC 7959 §2.4: early negotiation, every block and the size of all", async () => {
    const lab = new Lab();
    lab.site.add("l", { get: () => content(pattern(100), 42) });
    let tag = "";
    for (let number = 0; number < 7; number += 1) {
      // Uri-Path l; Block2 (23) NUM/0/16.
      const asked = (number << 4).toString(16).padStart(2, "0");
      const [answer] = await lab.wire.ask(`40 01 000${number} b1 6c c1 ${asked}`);
      const told = ((number << 4) | (number < 6 ? 8 : 0)).toString(16).padStart(2, "0");
      tag ||= answer!.slice(10, 18);
      // ETag, Content-Format 42, Block2, in the first block Size2 (28) too.
      const options = `44${tag}812ab1${told}${number === 0 ? "5164" : ""}`;
      assert.equal(
        answer,
        `6045000${number}${options}ff${part(16 * number, Math.min(16 * number + 16, 100))}`,
      );
    }
  });

  it("RFC 7959 §2.4: late negotiation: the client goes on with smaller blocks", async () => {
    const lab = new Lab({ limits: { blockBytes: 64 } });
    lab.site.add("l", { get: () => content(pattern(100), 42) });
    const [first] = await lab.wire.ask("40 01 0001 b1 6c");
    const { payload, options } = Message.parse(fromHex(first!));
    assert.deepEqual([payload.length, options.uint(23)], [64, 0x0a]);
    // Block 2 of 32 bytes begins at 64.
    const [second] = await lab.wire.ask("40 01 0002 b1 6c c1 21");
    const last = Message.parse(fromHex(second!));
    assert.deepEqual([toHex(last.payload), last.options.uint(23)], [part(64, 96), 0x29]);
  });

  it("RFC 7959 §2.3: a server gives smaller blocks than asked for, and the same place in the body", async () => {
    const lab = new Lab({ limits: { blockBytes: 32 } });
    lab.site.add("l", { get: () => content(pattern(300), 42) });
    const [first] = await lab.wire.ask("40 01 0001 b1 6c c1 06");
    assert.equal(Message.parse(fromHex(first!)).options.uint(23), 0x09);
    // Block 2 of 64 is block 4 of 32.
    const [other] = await lab.wire.ask("40 01 0002 b1 6c c1 22");
    const { options, payload } = Message.parse(fromHex(other!));
    assert.deepEqual([options.uint(23), toHex(payload)], [0x49, part(128, 160)]);
  });

  it("RFC 7959 §2.3: the M bit of a request is ignored; a body that fits is a block all the same", async () => {
    const lab = new Lab();
    lab.site.add("l", { get: () => content(pattern(5), 42) });
    const [answer] = await lab.wire.ask("40 01 0001 b1 6c c1 0a");
    assert.equal(answer, `60450001c12ab102ff${part(0, 5)}`);
    lab.site.add("e", { get: () => content(pattern(0), 42) });
    assert.deepEqual(await lab.wire.ask("40 01 0002 b1 65 c1 02"), ["60450002c12ab102"]);
  });

  it("RFC 7959 §2.4: blocks can be read in any order", async () => {
    const lab = new Lab();
    lab.site.add("l", { get: () => content(pattern(100), 42) });
    for (const number of [5, 0, 6, 3]) {
      const [answer] = await lab.wire.ask(`40 01 000${number} b1 6c c1 ${number}0`);
      assert.equal(
        toHex(Message.parse(fromHex(answer!)).payload),
        part(16 * number, Math.min(16 * number + 16, 100)),
      );
    }
  });

  it("RFC 7959 §2.2: a reserved size, or a block behind the end, gets 4.00", async () => {
    const lab = new Lab();
    lab.site.add("l", { get: () => content(pattern(96), 42), put: () => changed() });
    for (const request of [
      "01 0001 b1 6c c1 07",
      "03 0002 b1 6c d1 03 07 ff 00",
      "01 0003 b1 6c c1 60",
      "01 0004 b1 6c c3 fffff0",
    ])
      assert.equal((await lab.wire.ask(`40 ${request}`))[0]!.slice(0, 4), "6080");
  });

  it("RFC 7959 §2.4: all blocks are of the state of the first, while others get the new one", async () => {
    const lab = new Lab();
    let state = 0;
    lab.site.add("l", { get: () => content(new Uint8Array(40).fill((state += 1)), 42) });
    const first = Message.parse(fromHex((await lab.wire.ask("40 01 0001 b1 6c c1 00"))[0]!));
    const other = new Wire(lab.world, lab.peerHost, lab.to, PEER_PORT + 1);
    const theirs = Message.parse(fromHex((await other.ask("40 01 0001 b1 6c c1 00"))[0]!));
    const second = Message.parse(fromHex((await lab.wire.ask("40 01 0002 b1 6c c1 10"))[0]!));
    assert.deepEqual([first.payload[0], theirs.payload[0], second.payload[0]], [1, 2, 1]);
    assert.deepEqual(second.options.first(4), first.options.first(4));
    assert.ok(toHex(first.options.first(4)!) !== toHex(theirs.options.first(4)!));
  });

  it("limit representations: at the limit all are kept, for one more the oldest is rendered anew", async () => {
    const lab = new Lab({ limits: { representations: 2 } });
    let state = 0;
    lab.site.add("l", { get: () => content(new Uint8Array(40).fill((state += 1)), 42) });
    const wires = [1, 2, 3].map((index) => new Wire(lab.world, lab.peerHost, lab.to, PEER_PORT + index));
    const read = async (wire: Wire | undefined, block: string): Promise<number> =>
      Message.parse(fromHex((await wire!.ask(`40 01 0001 b1 6c c1 ${block}`))[0]!)).payload[0]!;
    assert.deepEqual([await read(wires[0], "00"), await read(wires[1], "00")], [1, 2]);
    assert.deepEqual([await read(wires[0], "10"), await read(wires[1], "10")], [1, 2]);
    assert.equal(await read(wires[2], "00"), 3);
    assert.deepEqual([await read(wires[1], "10"), await read(wires[0], "10")], [2, 4]);
  });

  it("RFC 7959 §2.4: a representation is kept for EXCHANGE_LIFETIME", async () => {
    const lab = new Lab();
    let state = 0;
    lab.site.add("l", { get: () => content(new Uint8Array(40).fill((state += 1)), 42) });
    const read = async (block: string, waitMs: number): Promise<number> =>
      Message.parse(fromHex((await lab.wire.ask(`40 01 0001 b1 6c c1 ${block}`, waitMs))[0]!)).payload[0]!;
    assert.equal(await read("00", 246_900), 1);
    assert.equal(await read("10", 200), 1);
    assert.equal(await read("10", 10), 2);
  });

  it("RFC 7959 §2.5: puts a body together, answers 2.31 and acts with the last block", async () => {
    const { lab, bodies } = store();
    const { wire } = lab;
    // Block1 0/1/16 is 08, 1/1/16 18, 2/0/16 20.
    assert.deepEqual(await wire.ask(block1("0001", "08", part(0, 16))), ["605f0001d10e08"]);
    assert.deepEqual(await wire.ask(block1("0002", "18", part(16, 32))), ["605f0002d10e18"]);
    assert.deepEqual(bodies, []);
    assert.deepEqual(await wire.ask(block1("0003", "20", part(32, 37))), ["60440003d10e20"]);
    assert.deepEqual(bodies, [part(0, 37)]);
  });

  it("RFC 7959 §2.5: duplicates of blocks change nothing, one of the last does not act again", async () => {
    const { lab, bodies } = store();
    const { wire } = lab;
    for (const message of [
      block1("0001", "08", part(0, 16), "02"),
      block1("0001", "08", part(0, 16), "02"),
      block1("0002", "18", part(16, 32), "02"),
      block1("0002", "18", part(16, 32), "02"),
      block1("0003", "20", part(32, 33), "02"),
    ])
      assert.equal((await wire.ask(message)).length, 1);
    assert.deepEqual(await wire.ask(block1("0003", "20", part(32, 33), "02")), ["60440003d10e20"]);
    assert.deepEqual(bodies, [part(0, 33)]);
  });

  it("RFC 7959 §2.2: a last block may be as long as its size, or shorter", async () => {
    const { lab, bodies } = store();
    await lab.wire.ask(block1("0001", "08", part(0, 16)));
    assert.deepEqual(await lab.wire.ask(block1("0002", "10", part(16, 32))), ["60440002d10e10"]);
    assert.deepEqual(await lab.wire.ask(block1("0003", "00", part(0, 1))), ["60440003d00e"]);
    assert.deepEqual(bodies, [part(0, 32), part(0, 1)]);
    // An empty one: no payload marker.
    await lab.wire.ask(block1("0004", "08", part(0, 16)));
    await lab.wire.ask("40 03 0005 b1 73 d1 03 10");
    assert.equal(bodies[2], part(0, 16));
  });

  it("RFC 7959 §2.2: a last block that is longer than its size gets 4.00, and nothing is done", async () => {
    const { lab, bodies } = store();
    await lab.wire.ask(block1("0001", "08", part(0, 16)));
    for (const [id, block, payload] of [
      ["0002", "10", part(16, 33)],
      ["0003", "00", part(0, 17)],
    ] as const)
      assert.equal((await lab.wire.ask(block1(id, block, payload)))[0]!.slice(0, 4), "6080");
    assert.deepEqual(bodies, []);
    // The body goes on with the right one.
    assert.equal((await lab.wire.ask(block1("0004", "10", part(16, 20))))[0]!.slice(0, 4), "6044");
    assert.deepEqual(bodies, [part(0, 20)]);
  });

  it("RFC 7959 §2.3: a block with more to come has the size that it says, else 4.00", async () => {
    const { lab, bodies } = store();
    for (const size of [15, 17])
      assert.equal((await lab.wire.ask(block1("0001", "08", part(0, size))))[0]!.slice(0, 4), "6080");
    assert.deepEqual(bodies, []);
  });

  it("RFC 7959 §2.3: proposes its own block size, and takes smaller blocks from there on", async () => {
    const { lab, bodies } = store({ limits: { blockBytes: 16 } });
    // 0/1/64 is acknowledged as 0/1/16; block 4 of 16 bytes goes on at 64.
    assert.deepEqual(await lab.wire.ask(block1("0001", "0a", part(0, 64))), ["605f0001d10e08"]);
    assert.deepEqual(await lab.wire.ask(block1("0002", "48", part(64, 80))), ["605f0002d10e48"]);
    assert.deepEqual(await lab.wire.ask(block1("0003", "50", part(80, 81))), ["60440003d10e50"]);
    assert.deepEqual(bodies, [part(0, 81)]);
  });

  it("RFC 7959 §2.9.2: 4.08 when blocks before it are missing, or the assembly is forgotten", async () => {
    const { lab, bodies } = store();
    const { wire } = lab;
    const code = async (message: string): Promise<string> => (await wire.ask(message))[0]!.slice(2, 4);
    assert.equal(await code(block1("0001", "10", part(0, 5))), "88");
    await wire.ask(block1("0002", "08", part(0, 16)));
    assert.equal(await code(block1("0003", "28", part(0, 16))), "88");
    assert.equal(await code(block1("0004", "18", part(16, 32))), "5f", "the assembly is still there");
    await lab.advance(246_800);
    assert.equal(await code(block1("0005", "28", part(32, 48))), "5f");
    await lab.advance(247_100);
    assert.equal(await code(block1("0006", "30", part(48, 49))), "88");
    assert.deepEqual(bodies, []);
  });

  it("RFC 7959 §2.3: blocks of another Content-Format are not put together", async () => {
    const { lab, bodies } = store();
    // Content-Format (12) 0, then 50.
    await lab.wire.ask(`40 03 0001 b1 73 10 d1 02 08 ff ${part(0, 16)}`);
    const [answer] = await lab.wire.ask(`40 03 0002 b1 73 11 32 d1 02 10 ff ${part(16, 20)}`);
    assert.equal(answer!.slice(2, 4), "88");
    assert.deepEqual(bodies, []);
  });

  it("RFC 7959 §2.5: a first block starts over", async () => {
    const { lab, bodies } = store();
    await lab.wire.ask(block1("0001", "08", "aa".repeat(16)));
    await lab.wire.ask(block1("0002", "18", "aa".repeat(16)));
    await lab.wire.ask(block1("0003", "08", part(0, 16)));
    assert.equal((await lab.wire.ask(block1("0004", "20", "00")))[0]!.slice(2, 4), "88");
    await lab.wire.ask(block1("0005", "10", part(16, 20)));
    assert.deepEqual(bodies, [part(0, 20)]);
  });

  it("RFC 9175 §3.3: Request-Tag keeps concurrent operations of one endpoint apart", async () => {
    const { lab, bodies } = store();
    // Request-Tag (292): delta 265 behind Block1, of one byte or none.
    const tagged = (id: string, block: string, tag: string, payload: string): string =>
      `40 03 ${id} b1 73 d1 03 ${block} ${tag} ff ${payload}`;
    await lab.wire.ask(tagged("0001", "08", "d1 fc 01", "11".repeat(16)));
    await lab.wire.ask(tagged("0002", "08", "", "22".repeat(16)));
    assert.equal((await lab.wire.ask(tagged("0003", "18", "d0 fc", "33".repeat(16))))[0]!.slice(2, 4), "88");
    await lab.wire.ask(tagged("0004", "10", "d1 fc 01", "11"));
    await lab.wire.ask(tagged("0005", "10", "", "22"));
    assert.deepEqual(bodies, ["11".repeat(17), "22".repeat(17)]);
  });

  it("RFC 7959 §2.10: If-None-Match counts on the first block only, and the handler sees it", async () => {
    const lab = new Lab();
    const seen: boolean[] = [];
    lab.site.add("s", {
      conditional: true,
      put: ({ options }) => {
        seen.push(options.has(5));
        return changed();
      },
    });
    // If-None-Match (5) in front of Uri-Path.
    await lab.wire.ask(`40 03 0001 50 61 73 d1 03 08 ff ${part(0, 16)}`);
    assert.deepEqual(await lab.wire.ask(`40 03 0002 b1 73 d1 03 10 ff ${part(16, 20)}`), ["60440002d10e10"]);
    assert.deepEqual(seen, [true]);
  });

  it("limit maxBodyBytes: a body of that size is taken; 4.13 with Size1 for one byte more, however it comes", async () => {
    const { lab, bodies } = store({}, 40);
    const { wire } = lab;
    await wire.ask(`40 03 0001 b1 73 ff ${part(0, 40)}`);
    await wire.ask(block1("0002", "09", part(0, 32)));
    await wire.ask(block1("0003", "11", part(32, 40)));
    assert.deepEqual(bodies, [part(0, 40), part(0, 40)]);
    const size1 = (answer: string | undefined): number | undefined =>
      Message.parse(fromHex(answer!)).options.uint(60);
    const refused: (string | undefined)[] = [];
    refused.push((await wire.ask(`40 03 0004 b1 73 ff ${part(0, 41)}`))[0]);
    await wire.ask(block1("0005", "09", part(0, 32)));
    refused.push((await wire.ask(block1("0006", "11", part(32, 41))))[0]);
    // Size1 (60) of 41 tells it with the first block: delta 33 behind Block1.
    refused.push((await wire.ask(`40 03 0007 b1 73 d1 03 08 d1 14 29 ff ${part(0, 16)}`))[0]);
    for (const answer of refused) assert.deepEqual([answer!.slice(2, 4), size1(answer)], ["8d", 40]);
    assert.equal(bodies.length, 2);
  });

  it("RFC 7252 §5.4.3: a Size1 option that is too long is ignored", async () => {
    const { lab } = store();
    const [answer] = await lab.wire.ask(`40 03 0007 b1 73 d1 03 08 d5 14 0100000000 ff ${part(0, 16)}`);
    assert.equal(answer, "605f0007d10e08");
  });

  it("limit assemblies: at the limit all are put together, one more gets 5.03 with Max-Age", async () => {
    const { lab, bodies } = store({ limits: { assemblies: 2 } });
    const wires = [1, 2, 3].map((index) => new Wire(lab.world, lab.peerHost, lab.to, PEER_PORT + index));
    const codes: string[] = [];
    for (const wire of wires) codes.push((await wire.ask(block1("0001", "08", part(0, 16))))[0]!);
    assert.deepEqual(codes.slice(0, 2), ["605f0001d10e08", "605f0001d10e08"]);
    assert.equal(codes[2]!.slice(0, 14), "60a30001d10105");
    for (const wire of wires.slice(0, 2)) await wire.ask(block1("0002", "10", part(16, 17)));
    assert.deepEqual(bodies, [part(0, 17), part(0, 17)]);
    assert.equal(
      (await wires[2]!.ask(block1("0002", "08", part(0, 16))))[0]!.slice(2, 4),
      "5f",
      "there is room again",
    );
  });

  it("RFC 7959 §2.3: a stateless resource acts on each block, with M unset in its answers", async () => {
    const lab = new Lab();
    const seen: unknown[] = [];
    lab.site.add("s", {
      bodies: "blocks",
      put: ({ block, payload }) => {
        seen.push([block?.offset, block?.more, payload.length]);
        return changed();
      },
    });
    assert.deepEqual(await lab.wire.ask(block1("0001", "08", part(0, 16))), ["60440001d00e"]);
    assert.deepEqual(await lab.wire.ask(block1("0002", "20", part(0, 3))), ["60440002d10e20"]);
    assert.deepEqual(await lab.wire.ask(`40 03 0003 b1 73 ff ${part(0, 3)}`), ["60440003"]);
    const wrong = [block1("0004", "08", part(0, 15)), block1("0005", "10", part(0, 17))];
    for (const message of wrong) assert.equal((await lab.wire.ask(message))[0]!.slice(0, 4), "6080");
    assert.deepEqual(seen, [
      [0, true, 16],
      [32, false, 3],
      [undefined, undefined, 3],
    ]);
  });

  it("RFC 7959 §2.7: a large answer to a large request: Block1 first, then Block2 without it", async () => {
    for (const method of ["02", "05"]) {
      const lab = new Lab();
      lab.site.add("s", {
        post: ({ payload }) => content(payload, 42),
        fetch: ({ payload }) => content(payload, 42),
      });
      const { wire } = lab;
      // Uri-Path; Block2 0/0/16, Block1.
      await wire.ask(`40 ${method} 0001 b1 73 c1 00 41 08 ff ${part(0, 16)}`);
      const [first] = await wire.ask(`40 ${method} 0002 b1 73 c1 00 41 10 ff ${part(16, 20)}`);
      const parsed = Message.parse(fromHex(first!));
      assert.deepEqual([parsed.code, parsed.options.uint(23), parsed.options.uint(27)], [0x45, 0x08, 0x10]);
      assert.equal(toHex(parsed.payload), part(0, 16));
      const [second] = await wire.ask(`40 ${method} 0003 b1 73 c1 10`);
      const last = Message.parse(fromHex(second!));
      assert.deepEqual(
        [toHex(last.payload), last.options.uint(23), last.options.has(27)],
        [part(16, 20), 0x10, false],
      );
      const [late] = await wire.ask(`40 ${method} 0004 b1 73 c1 10`);
      assert.equal(late!.slice(2, 4), "88", "it is read: only the whole request brings it again");
    }
  });

  it("an error says which block it is about in the size that the client used", async () => {
    const lab = new Lab();
    const [answer] = await lab.wire.ask(`40 03 0001 b1 78 d1 03 09 ff ${part(0, 32)}`);
    const { code, options } = Message.parse(fromHex(answer!));
    assert.deepEqual([code, options.uint(27)], [0x84, 0x01]);
    assert.equal(messageId(answer!), "0001");
  });
});
