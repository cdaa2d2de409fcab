import { text } from "../../../../src/coap/server/response.js";
import { DEFAULT_LIMITS } from "../../../../src/coap/limits.js";
import { assert, describe, it } from "../../../portable.js";
import { Crowd, hex16 } from "../crowd.js";
import type { Wire } from "../wire.js";

const GROUP = { address: "ff02::fd", port: 5683 };
/** DEFAULT_LEISURE (RFC 7252 §8.2). */
const LEISURE_MS = 5000;

function grouped(): Crowd {
  const crowd = new Crowd();
  crowd.site.add("a", { get: () => text("1") });
  crowd.endpoint.joinGroup(`${GROUP.address}%eth0`);
  return crowd;
}

/** A thousand requests within a second. */
async function flood(crowd: Crowd, attacker: Wire): Promise<void> {
  for (let round = 0; round < 1000; round += 1) {
    attacker.send(`51 01 ${hex16(round)} aa b1 61`, GROUP);
    await crowd.advance(1);
  }
}

describe("attackers: floods of requests to a group", () => {
  it("RFC 7252 §8.2: answers to groups wait in half of the pendingExchanges at most, the rest is dropped in silence", async () => {
    const crowd = grouped();
    const attacker = crowd.attacker();
    await flood(crowd, attacker);
    await crowd.advance(LEISURE_MS + 100);
    const answers = attacker.take();
    // A few of them left, and made room, during the second of the flood.
    assert.ok(
      answers.length > 0 && answers.length <= DEFAULT_LIMITS.pendingExchanges,
      String(answers.length),
    );
  });

  it("RFC 7252 §8.2: who asks the endpoint alone during the flood gets its answer at once", async () => {
    const crowd = grouped();
    await flood(crowd, crowd.attacker());
    assert.deepEqual(await crowd.honest.ask("40 01 0001 b1 61"), ["60450001c0ff31"]);
  });

  it("RFC 7252 §8.1: Confirmable requests to a group, and errors, get no answer", async () => {
    const crowd = grouped();
    const attacker = crowd.attacker();
    for (let round = 0; round < 100; round += 1) {
      attacker.send(`41 01 ${hex16(2 * round)} aa b1 61`, GROUP);
      attacker.send(`51 01 ${hex16(2 * round + 1)} aa b1 7a`, GROUP);
      await crowd.advance(1);
    }
    await crowd.advance(LEISURE_MS + 100);
    assert.deepEqual(attacker.take(), []);
  });
});
