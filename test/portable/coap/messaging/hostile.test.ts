import { toHex } from "../../../../src/bytes/hex.js";
import { CoapError } from "../../../../src/coap/errors.js";
import { SeededRandom, assert, describe, it } from "../../../portable.js";
import { mountChanging, spoil, spoiltMessage } from "../spoilt-messages.js";
import { Lab } from "../wire.js";

describe("hostile traffic", () => {
  for (const global of [false, true])
    it(`RFC 7252 §11: spoilt messages from a ${global ? "global" : "local"} address do no harm`, async () => {
      const made = new Lab({ seed: 7, global });
      mountChanging(made.site, made.world.time);
      const random = new SeededRandom(global ? 1 : 2);
      for (let round = 0; round < 600; round += 1) {
        made.wire.send(spoiltMessage(random));
        await made.advance(random.integer(0, 30));
        made.wire.take();
      }
      await made.advance(300_000);
      made.wire.take();
      const [answer] = await made.wire.ask("40 01 fffe b1 61 c1 00");
      assert.equal(answer!.slice(0, 8), "6045fffe");
      assert.equal(made.endpoint.counters.handlerErrors, 0);
      assert.deepEqual(made.host.lines, []);
    });

  it("spoilt answers fail a request with a CoapError, or it goes on", async () => {
    const random = new SeededRandom(3);
    const made = new Lab({ seed: 3 });
    let failures = 0;
    let successes = 0;
    made.wire.answer = (heard) => {
      const nibble = ["6", "4", "5"][random.integer(0, 2)]!;
      const header = `${nibble}445${toHex(heard.subarray(2, 8))}`;
      const rest = ["ff31", "4101d10608ff", "d10a10ff31", "d2efabcd", "610aff31", "c13cff"][
        random.integer(0, 5)
      ]!;
      return spoil(random, `${header}${rest}`);
    };
    for (let round = 0; round < 60; round += 1)
      try {
        await made.until(made.endpoint.client.get(made.uri("a"), { timeoutMs: 20_000 }));
        successes += 1;
      } catch (error) {
        assert.ok(error instanceof CoapError, String(error));
        failures += 1;
      }
    assert.ok(successes > 0 && failures > 0, `${successes} ${failures}`);
    made.wire.answer = (heard) => `6445${toHex(heard.subarray(2, 8))}ff31`;
    assert.equal((await made.until(made.endpoint.client.get(made.uri("a")))).text(), "1");
  });
});
