import { changed, text } from "../../../../src/coap/server/response.js";
import { assert, describe, it } from "../../../portable.js";
import { Crowd } from "../crowd.js";
import { repeat, type Wire } from "../wire.js";

const BLOCK = repeat("61", 16);
/** PUT /s with Block1: block 0 of 16 bytes, more to come. */
const FIRST = `b1 73 d1 03 08 ff ${BLOCK}`;
/** MAX_TRANSMIT_SPAN and EXCHANGE_LIFETIME (RFC 7252 §4.8.2). */
const MAX_TRANSMIT_SPAN_MS = 45_000;
const EXCHANGE_LIFETIME_MS = 247_000;

function store(): { crowd: Crowd; bodies: Uint8Array[] } {
  const crowd = new Crowd({ limits: { assemblies: 2 } });
  const bodies: Uint8Array[] = [];
  crowd.site.add("s", {
    get: () => text("1"),
    put: ({ payload }) => {
      bodies.push(payload);
      return changed();
    },
  });
  return { crowd, bodies };
}

/** Begins an upload; gives the code. */
async function begin(wire: Wire, id: string): Promise<string | undefined> {
  const [answer] = await wire.ask(`40 03 ${id} ${FIRST}`);
  return answer?.slice(2, 4);
}

describe("attackers: endless block-wise uploads", () => {
  it("RFC 7959 §2.5: while they hold every place, one more upload gets 5.03; all else is served", async () => {
    const { crowd, bodies } = store();
    for (const attacker of crowd.attackers(2)) assert.equal(await begin(attacker, "0001"), "5f");
    assert.equal(await begin(crowd.honest, "0001"), "a3");
    assert.deepEqual(await crowd.honest.ask("40 01 0002 b1 73"), ["60450002c0ff31"]);
    assert.deepEqual(await crowd.honest.ask(`40 03 0003 b1 73 ff ${BLOCK}`), ["60440003"]);
    assert.equal(bodies.length, 1);
  });

  it("RFC 7959 §2.5: one endpoint cannot hold every place: its oldest upload gives way to one that has none", async () => {
    const { crowd, bodies } = store();
    const attacker = crowd.attacker();
    // With Request-Tag (292) 1 and 2 each is another body.
    const block = (tag: number, id: string, option: string): string =>
      `40 03 ${id} b1 73 d1 03 ${option} d1 fc 0${tag} ff ${BLOCK}`;
    for (const tag of [1, 2])
      assert.equal((await attacker.ask(block(tag, `000${tag}`, "08")))[0]?.slice(2, 4), "5f");
    assert.equal((await attacker.ask(block(3, "0003", "08")))[0]?.slice(2, 4), "a3", "not to itself");
    assert.equal(await begin(crowd.honest, "0001"), "5f");
    assert.equal(await begin(crowd.attacker(), "0001"), "a3", "all have alike");
    assert.equal((await attacker.ask(block(1, "0004", "10")))[0]?.slice(2, 4), "88");
    assert.equal((await attacker.ask(block(2, "0005", "10")))[0]?.slice(2, 4), "44");
    await crowd.honest.ask(`40 03 0002 b1 73 d1 03 10 ff ${BLOCK}`);
    assert.equal(bodies.length, 2);
  });

  it("RFC 7959 §2.5: an upload that was left gives its place away after MAX_TRANSMIT_SPAN", async () => {
    const { crowd, bodies } = store();
    for (const attacker of crowd.attackers(2)) await begin(attacker, "0001");
    await crowd.advance(MAX_TRANSMIT_SPAN_MS - 100);
    assert.equal(await begin(crowd.honest, "0001"), "a3");
    await crowd.advance(100);
    assert.equal(await begin(crowd.honest, "0002"), "5f");
    await crowd.honest.ask(`40 03 0003 b1 73 d1 03 10 ff ${BLOCK}`);
    assert.equal(bodies[0]?.length, 32);
  });

  it("RFC 7959 §2.5: one that goes on and on, or starts over again and again, does so after EXCHANGE_LIFETIME", async () => {
    const { crowd } = store();
    const attackers = crowd.attackers(2);
    const stepMs = 40_000;
    let refusals = 0;
    for (let passedMs = 0, round = 0; passedMs < EXCHANGE_LIFETIME_MS; passedMs += stepMs, round += 1) {
      for (const attacker of attackers) assert.equal(await begin(attacker, `00${10 + round}`), "5f");
      refusals += Number((await begin(crowd.honest, `00${10 + round}`)) === "a3");
      await crowd.advance(stepMs);
    }
    assert.equal(refusals, 7);
    assert.equal(await begin(crowd.honest, "0030"), "5f");
  });

  it("limit maxBodyBytes: an upload that never ends is refused with 4.13 and forgotten", async () => {
    const { crowd } = store();
    const attacker = crowd.attacker();
    let code: string | undefined;
    let blocks = 0;
    for (; code !== "8d" && blocks < 10_000; blocks += 1) {
      const value = ((blocks << 4) | 8).toString(16).padStart(6, "0");
      const id = blocks.toString(16).padStart(4, "0");
      [code] = (await attacker.ask(`50 03 ${id} b1 73 d3 03 ${value} ff ${BLOCK}`)).map((one) =>
        one.slice(2, 4),
      );
    }
    // 8192 bytes in blocks of 16, and the one that is too much.
    assert.equal(blocks, 513);
  });
});
