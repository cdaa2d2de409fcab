import { DEFAULT_LIMITS } from "../../../../src/coap/limits.js";
import { changed, text } from "../../../../src/coap/server/response.js";
import { SeededRandom, assert, describe, it } from "../../../portable.js";
import { Crowd, hex16 } from "../crowd.js";
import { Lab, hex, reply } from "../wire.js";

describe("attackers: message IDs and tokens", () => {
  it("RFC 7252 §4.5: POST in a message ID that is used again acts once, whatever is in it", async () => {
    const crowd = new Crowd();
    let acts = 0;
    crowd.site.add("p", {
      post: () => {
        acts += 1;
        return changed();
      },
    });
    const attacker = crowd.attacker();
    for (let round = 0; round < 100; round += 1)
      await attacker.ask(`41 02 0001 ${hex16(round).slice(2)} b1 70`);
    assert.equal(acts, 1);
    assert.deepEqual(await crowd.honest.ask("41 02 0001 aa b1 70"), ["61440001aa"]);
    assert.equal(acts, 2);
  });

  it("RFC 7252 §4.5: who fills the memory for messages loses its own oldest to others", async () => {
    const crowd = new Crowd();
    crowd.site.add("p", { post: () => changed() });
    const attacker = crowd.attacker();
    for (let round = 0; round < 200; round += 1) await attacker.ask(`40 02 ${hex16(round)} b1 70`);
    assert.deepEqual(await crowd.honest.ask("40 02 0001 b1 70"), ["60440001"]);
    assert.equal(crowd.endpoint.counters.refusedRequests, 0);
  });

  it("RFC 7252 §4.5: where a crowd fills it, unsafe requests of others wait for 5.03's Max-Age, safe ones are served", async () => {
    const crowd = new Crowd();
    crowd.site.add("p", { post: () => changed(), get: () => text("1") });
    for (const attacker of crowd.attackers(DEFAULT_LIMITS.rememberedMessages))
      await attacker.ask("40 02 0001 b1 70");
    const [refused] = await crowd.honest.ask("40 02 0001 b1 70");
    assert.equal(refused?.slice(0, 8), "60a30001");
    assert.deepEqual(await crowd.honest.ask("40 01 0002 b1 70"), ["60450002c0ff31"]);
    await crowd.advance(247_000);
    assert.deepEqual(await crowd.honest.ask("40 02 0003 b1 70"), ["60440003"]);
  });

  it("RFC 7252 §5.3.2: a client takes no response with a guessed token", async () => {
    const lab = new Lab();
    const random = new SeededRandom(5);
    const asked = lab.endpoint.client.get(lab.uri("a"));
    await lab.advance(10);
    const [request] = lab.wire.take();
    for (let guess = 0; guess < 1000; guess += 1) {
      const token = hex16(random.integer(0, 0xffff)) + hex16(random.integer(0, 0xffff));
      lab.wire.send(`54 45 ${hex16(guess)} ${token} ff 62 61 64`);
      await lab.advance(1);
      // What it rejects is not to be kept: the peer is in the same memory.
      lab.wire.take();
    }
    lab.wire.send(reply(hex(request!), "ACK", "45", "ff676f6f64"));
    assert.equal((await lab.until(asked)).text(), "good");
    assert.ok(lab.endpoint.counters.unmatched >= 1000);
  });

  it("RFC 7252 §5.3.1: one token in all requests of a peer mixes nothing up", async () => {
    const crowd = new Crowd();
    crowd.site.add("e", { get: ({ query }) => text(query.join()) });
    const attacker = crowd.attacker();
    for (let round = 0; round < 128; round += 8) {
      for (let id = round; id < round + 8; id += 1)
        attacker.send(`41 01 ${hex16(id)} aa b1 65 42 ${hex16(id)}`);
      await crowd.advance(10);
      const answers = attacker.take();
      assert.equal(answers.length, 8);
      for (const answer of answers) assert.equal(answer.slice(-4), answer.slice(4, 8));
    }
  });
});
