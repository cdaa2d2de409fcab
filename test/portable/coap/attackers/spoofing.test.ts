import { changed, content } from "../../../../src/coap/server/response.js";
import { toHex } from "../../../../src/bytes/hex.js";
import { FREE_BYTES } from "../../../../src/coap/messaging/amplification.js";
import { SeededRandom, assert, describe, it } from "../../../portable.js";
import { Crowd, hex16 } from "../crowd.js";
import { echoOf, withEcho } from "../echo.js";
import { Lab, Wire, hex, reply, type LabOptions } from "../wire.js";

/** How many the endpoint knows at once. */
const PEERS = 8;

/** Bytes of messages in hexadecimal. */
function bytesOf(messages: readonly string[]): number {
  return messages.reduce((sum, message) => sum + message.length / 2, 0);
}

function withBitFlipped(value: string, bit: number): string {
  const bytes = hex(value);
  bytes[bit >> 3]! ^= 1 << (bit & 7);
  return toHex(bytes);
}

/** 8 bytes, as long as a value that the endpoint makes. */
function randomValue(random: SeededRandom): string {
  const bytes = new Uint8Array(8);
  random.fill(bytes);
  return toHex(bytes);
}

/** At global addresses: /l has 1000 bytes, /p acts. */
function crowded(options: LabOptions = {}): { crowd: Crowd; acts: () => number } {
  const crowd = new Crowd({ global: true, ...options });
  let acts = 0;
  crowd.site.add("l", { get: () => content(new Uint8Array(1000), 42), observable: true });
  crowd.site.add("p", {
    post: () => {
      acts += 1;
      return changed();
    },
  });
  return { crowd, acts: () => acts };
}

describe("attackers: made-up addresses", () => {
  it("RFC 9175 §2.4: whoever is named as the source gets at most 136 bytes or three times the request, for each request", async () => {
    const { crowd } = crowded();
    // The victim never answers: all that it hears was called forth by datagrams in its name.
    const victim = crowd.attacker();
    let heard = 0;
    for (let round = 0; round < 500; round += 1) {
      const answers = await victim.ask(`40 01 ${hex16(round)} b1 6c`);
      heard += bytesOf(answers);
      assert.ok(bytesOf(answers) <= FREE_BYTES, `${bytesOf(answers)} bytes for one request`);
    }
    victim.send("41 01 2000 aa 60 51 6c");
    await crowd.advance(100_000);
    assert.ok(bytesOf(victim.take()) <= FREE_BYTES, "an observation adds nothing that is repeated");
    assert.ok(heard > 0);
  });

  it("RFC 9175 §2.3: 1,000 guesses of an Echo value, and all that are almost right, make nobody known", async () => {
    const { crowd } = crowded();
    const attacker = crowd.attacker();
    const random = new SeededRandom(9);
    const [first] = await attacker.ask("40 01 0001 b1 6c");
    const right = echoOf(first);
    let id = 1;
    const guess = async (echo: string): Promise<void> => {
      id += 1;
      const answers = await attacker.ask(withEcho(hex16(id), "6c", echo));
      assert.equal(answers.length, 1, echo);
      assert.ok(bytesOf(answers) <= FREE_BYTES, echo);
    };
    for (let count = 0; count < 1000; count += 1) await guess(randomValue(random));
    for (let bit = 0; bit < 64; bit += 1) await guess(withBitFlipped(right, bit));
    for (let bytes = 1; bytes < 8; bytes += 1) await guess(right.slice(0, 2 * bytes));
    for (const more of ["00", right]) await guess(right + more);
    const [answer] = await attacker.ask(withEcho(hex16(id + 1), "6c", right));
    assert.ok(bytesOf([answer!]) > 1000, "the right one does");
  });

  it("RFC 9175 §2.3: a stranger who cannot show that it is there has no unsafe request answered with more, nor done twice", async () => {
    const { crowd, acts } = crowded();
    const victim = crowd.attacker();
    for (let round = 0; round < 100; round += 1) {
      const answers = await victim.ask(`40 02 0001 b1 70`);
      assert.ok(bytesOf(answers) <= FREE_BYTES);
    }
    assert.equal(acts(), 1);
  });

  it("RFC 7252 §11.4: a flood of made-up addresses pushes out itself, not the peer that talks with us", async () => {
    const { crowd } = crowded({ limits: { peers: PEERS } });
    const [challenge] = await crowd.honest.ask("40 01 0001 b1 6c");
    const [whole] = await crowd.honest.ask(withEcho("0002", "6c", echoOf(challenge)));
    assert.ok(bytesOf([whole!]) > 1000);
    for (const attacker of crowd.attackers(4 * PEERS)) {
      await attacker.ask("40 01 0001 b1 6c", 100);
      const [again] = await crowd.honest.ask(`40 01 0003 b1 6c`, 100);
      assert.ok(bytesOf([again!]) > 1000, "still known to be there");
    }
    assert.equal(crowd.endpoint.counters.refusedPeers, 0);
  });

  it("RFC 7252 §11.4: a client takes no response from another address, though all in it is right", async () => {
    const lab = new Lab();
    const stranger = new Wire(lab.world, lab.world.host("fd00:bad::1"), lab.to);
    const asked = lab.endpoint.client.get(lab.uri("a"));
    await lab.advance(10);
    const request = hex(lab.wire.take()[0]!);
    for (const type of ["ACK", "CON", "NON"] as const) stranger.send(reply(request, type, "45", "ff626164"));
    await lab.advance(10);
    assert.equal(lab.endpoint.counters.unmatched, 3);
    lab.wire.send(reply(request, "ACK", "45", "ff676f6f64"));
    assert.equal((await lab.until(asked)).text(), "good");
  });
});
