import { toHex } from "../../../../../src/bytes/hex.js";
import { changed } from "../../../../../src/coap/server/response.js";
import { assert, describe, it } from "../../../../portable.js";
import { Lab, type LabOptions } from "../../wire.js";

/** Bytes of 0, 1, 2 …, as hexadecimal. */
function part(from: number, to: number): string {
  return toHex(Uint8Array.from({ length: to - from }, (_, index) => from + index));
}

/** /s, whose bodies are kept. */
function store(options: LabOptions = {}): { readonly lab: Lab; readonly bodies: string[] } {
  const lab = new Lab(options);
  const bodies: string[] = [];
  const take = ({ payload }: { readonly payload: Uint8Array }): ReturnType<typeof changed> => {
    bodies.push(toHex(payload));
    return changed();
  };
  lab.site.add("s", { put: take, post: take });
  return { lab, bodies };
}

/** A CON PUT or POST of /s with a Block1 (27) option: the option value as 2 digits. */
function block1(id: string, block: string, payload: string, method = "03"): string {
  return `40 ${method} ${id} b1 73 d1 03 ${block} ff ${payload}`;
}

describe("block-wise, duplicates of blocks", () => {
  it("RFC 7252 §4.5: a late duplicate of a block neither starts over nor gets into the next body", async () => {
    for (const method of ["02", "03"]) {
      const { lab, bodies } = store();
      const send = async (id: string, block: string, byte: string): Promise<void> => {
        assert.equal((await lab.wire.ask(block1(id, block, byte.repeat(16), method))).length, 1);
      };
      await send("0001", "08", "11");
      await send("0002", "18", "12");
      await send("0001", "08", "11");
      await send("0003", "20", "13");
      await send("0004", "08", "21");
      await send("0001", "08", "11");
      await send("0005", "18", "22");
      await send("0002", "18", "12");
      await send("0006", "20", "23");
      assert.deepEqual(
        bodies,
        ["111213", "212223"].map((digits) =>
          digits
            .match(/../g)!
            .map((byte) => byte.repeat(16))
            .join(""),
        ),
      );
    }
  });

  it("RFC 7252 §4.5: a first block that comes again when it was forgotten does not start over", async () => {
    const { lab, bodies } = store({ limits: { rememberedMessages: 1 } });
    for (const [id, block, from] of [
      ["0001", "08", 0],
      ["0002", "18", 16],
      ["0001", "08", 0],
      ["0003", "20", 32],
    ] as const)
      await lab.wire.ask(block1(id, block, part(from, from + 16)));
    assert.deepEqual(bodies, [part(0, 48)]);
    // With another message ID or another payload it does (RFC 7959 §2.5).
    for (const [id, payload, last] of [
      ["0013", part(0, 16), "0014"],
      ["0011", part(1, 17), "0015"],
    ] as const) {
      await lab.wire.ask(block1("0011", "08", part(0, 16)));
      await lab.wire.ask(block1("0012", "18", part(16, 32)));
      await lab.wire.ask(block1(id, "08", payload));
      assert.equal((await lab.wire.ask(block1(last, "20", part(32, 48))))[0]!.slice(0, 4), "6088");
    }
  });

  it("RFC 7252 §4.5: no block is handed to a handler of blocks twice", async () => {
    const lab = new Lab();
    const seen: unknown[] = [];
    lab.site.add("s", {
      bodies: "blocks",
      post: ({ block }) => {
        seen.push(block?.offset);
        return changed();
      },
    });
    for (const [id, block] of [
      ["0001", "08"],
      ["0002", "18"],
      ["0003", "20"],
    ] as const)
      for (let times = 0; times < 2; times += 1)
        assert.equal((await lab.wire.ask(block1(id, block, part(0, 16), "02")))[0]!.slice(0, 4), "6044");
    assert.deepEqual(seen, [0, 16, 32]);
  });
});
