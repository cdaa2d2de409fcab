import { CHANGED } from "../../../../src/coap/codec/code.js";
import { Endpoint } from "../../../../src/coap/endpoint.js";
import { Freshness } from "../../../../src/coap/server/freshness.js";
import { changed } from "../../../../src/coap/server/response.js";
import { assert, describe, it } from "../../../portable.js";
import { echoOf } from "../echo.js";
import { Lab } from "../wire.js";

const LIFETIME_MS = 10_000;
/** What {@link Lab.wire}'s `ask` waits. */
const ASK_MS = 10;

/** An endpoint whose lock turns for fresh requests alone. */
class LockLab extends Lab {
  readonly freshness = new Freshness(this.host.clock, this.host.random, LIFETIME_MS);
  turns = 0;
  #requests = 0;

  constructor() {
    super();
    const turn = (): ReturnType<typeof changed> => {
      this.turns += 1;
      return changed();
    };
    this.site.add("l", { put: this.freshness.guard(turn) });
  }

  /** PUT /l, with an Echo option where a value is given (delta 241, 9 bytes). */
  async put(echo?: string): Promise<string> {
    this.#requests += 1;
    const id = (0x1200 + this.#requests).toString(16);
    const [answer = ""] = await this.wire.ask(`40 03 ${id} b16c ${echo === undefined ? "" : `d9e4${echo}`}`);
    return answer;
  }
}

/** Code of a response, as in the message: 44 is 2.04, 81 is 4.01. */
function codeOf(answer: string): string {
  return answer.slice(2, 4);
}

describe("freshness of requests", () => {
  it("RFC 9175 §2.3: a request that may not be fresh is answered 4.01 with Echo, and not done", async () => {
    const lab = new LockLab();
    const answer = await lab.put();
    assert.equal(codeOf(answer), "81");
    assert.equal(echoOf(answer).length, 18);
    assert.equal(lab.turns, 0);
  });

  it("RFC 9175 §2.3: one that returns the Echo value is done", async () => {
    const lab = new LockLab();
    const echo = echoOf(await lab.put());
    assert.equal(codeOf(await lab.put(echo)), "44");
    assert.equal(codeOf(await lab.put(echo)), "44", "the value may be used again");
    assert.equal(lab.turns, 2);
  });

  it("RFC 9175 §2.3: a value that is not ours proves nothing, and the error carries one that does", async () => {
    const lab = new LockLab();
    await lab.put();
    const answer = await lab.put("010203040506070809");
    assert.equal(codeOf(answer), "81");
    assert.equal(lab.turns, 0);
    assert.equal(codeOf(await lab.put(echoOf(answer))), "44");
  });

  it("RFC 9175 §2.3: limit lifetimeMs: a value is good for less than that", async () => {
    for (const [ageMs, code] of [
      [LIFETIME_MS - 1, "44"],
      [LIFETIME_MS, "81"],
    ] as const) {
      const lab = new LockLab();
      // The first request is there as soon as the network has carried it.
      const sentMs = lab.world.time.nowMs;
      const echo = echoOf(await lab.put());
      await lab.advance(sentMs + ageMs - lab.world.time.nowMs);
      assert.equal(codeOf(await lab.put(echo)), code, String(ageMs));
    }
  });

  it("RFC 9175 §2.3: whoever is told a value has half its lifetime to return it", async () => {
    const lab = new LockLab();
    const first = echoOf(await lab.put());
    await lab.advance(LIFETIME_MS / 2 - 2 * ASK_MS);
    assert.equal(echoOf(await lab.put()), first);
    await lab.advance(2 * ASK_MS);
    const second = echoOf(await lab.put());
    assert.ok(second !== first);
    assert.equal(codeOf(await lab.put(first)), "44", "the one before is good to its end");
    await lab.advance(LIFETIME_MS / 2);
    assert.equal(codeOf(await lab.put(first)), "81");
    assert.equal(codeOf(await lab.put(second)), "44");
  });

  it("RFC 9175 §2.3: an event makes all values old, and the next one differs", async () => {
    const lab = new LockLab();
    const before = echoOf(await lab.put());
    lab.freshness.expire();
    const answer = await lab.put(before);
    assert.equal(codeOf(answer), "81");
    assert.ok(echoOf(answer) !== before);
    assert.equal(codeOf(await lab.put(echoOf(answer))), "44");
    assert.equal(lab.turns, 1);
  });

  it("RFC 9175 §2.3: our client does all this by itself", async () => {
    const lab = new LockLab();
    const { client } = new Endpoint(lab.peerHost, {});
    const response = await lab.until(client.put(`coap://[${lab.host.address}]/l`));
    assert.equal(response.code, CHANGED);
    assert.equal(lab.turns, 1);
  });

  it("takes no lifetime that is none", () => {
    const { host } = new Lab();
    for (const lifetimeMs of [0, -1, NaN])
      assert.throws(() => new Freshness(host.clock, host.random, lifetimeMs), RangeError);
  });
});
