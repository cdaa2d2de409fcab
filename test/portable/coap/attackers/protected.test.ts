import { CHANGED, UNAUTHORIZED } from "../../../../src/coap/codec/code.js";
import { Message } from "../../../../src/coap/codec/message.js";
import { changed, text } from "../../../../src/coap/server/response.js";
import { Site } from "../../../../src/coap/server/site.js";
import { SecurityContexts } from "../../../../src/security/oscore/contexts/security-contexts.js";
import { oscore } from "../../../../src/security/oscore/layer/oscore.js";
import { assert, describe, hostCrypto, it } from "../../../portable.js";
import { CLIENT_PARAMETERS, mirrored } from "../../security/oscore/layer/protected-lab.js";
import { vectors } from "../../vectors/oscore-rfc8613.js";
import { Crowd, hex16 } from "../crowd.js";
import { hex, type Wire } from "../wire.js";

/** How many messages the endpoint remembers. */
const REMEMBERED = 3;

/** RFC 8613 §C.4: the honest client's GET /tv1. */
const REQUEST = vectors.messages.find(({ section }) => section === "C.4")!.protected;

/** What somebody without a key sends: the client's kid, and no ciphertext of its. */
function forged(id: number): string {
  return `40 02 ${hex16(id)} 92 09 00 ff 01 02 03 04 05 06 07 08 09`;
}

/** An endpoint with the honest client's context. /tv1 and /p count how often they are asked. */
class Fixture {
  asked = 0;
  readonly crowd: Crowd;

  constructor() {
    const contexts = new SecurityContexts(hostCrypto());
    contexts.add("client", mirrored(CLIENT_PARAMETERS));
    const limits = { rememberedMessages: REMEMBERED };
    this.crowd = new Crowd({ site: new Site(), oscore: oscore({ contexts }), limits });
    this.crowd.site.add("tv1", {
      get: () => {
        this.asked += 1;
        return text("Hello World!");
      },
    });
    this.crowd.site.add("p", {
      post: () => {
        this.asked += 1;
        return changed();
      },
    });
  }
}

async function codeOf(wire: Wire, message: string): Promise<number> {
  const [answer] = await wire.ask(message);
  return new Message(hex(answer!)).code;
}

describe("attackers: protected requests", () => {
  it("RFC 8613 §7.4: made-up ones take no place for good: a new client is answered", async () => {
    const { crowd } = new Fixture();
    for (const [index, attacker] of crowd.attackers(REMEMBERED + 1).entries())
      assert.ok((await codeOf(attacker, forged(index))) !== CHANGED);
    assert.equal(await codeOf(crowd.honest, REQUEST), CHANGED);
    assert.equal(crowd.endpoint.counters.refusedRequests, 0);
  });

  it("RFC 8613 §7.4: where all places are taken by others, one is answered, and not done a second time", async () => {
    const fixture = new Fixture();
    const { crowd } = fixture;
    for (const other of crowd.attackers(REMEMBERED)) await other.ask("40 02 0001 b1 70");
    const before = fixture.asked;
    assert.equal(await codeOf(crowd.honest, REQUEST), CHANGED);
    // A retransmission: whether it was answered is not known any more, that it was done is.
    assert.equal(await codeOf(crowd.honest, REQUEST), UNAUTHORIZED);
    assert.equal(fixture.asked, before + 1);
  });

  it("RFC 7252 §4.5: what must not be done twice keeps its place before them", async () => {
    const fixture = new Fixture();
    const { crowd } = fixture;
    await crowd.honest.ask("40 02 0001 b1 70");
    for (const [index, attacker] of crowd.attackers(2 * REMEMBERED).entries())
      await attacker.ask(forged(index));
    assert.equal(await codeOf(crowd.honest, "40 02 0001 b1 70"), CHANGED);
    assert.equal(fixture.asked, 1);
  });

  it("RFC 7252 §4.5: as long as there are places, a retransmission is answered as before", async () => {
    const fixture = new Fixture();
    const { crowd } = fixture;
    for (const attacker of crowd.attackers(REMEMBERED - 1)) await attacker.ask(forged(1));
    const answers = [await crowd.honest.ask(REQUEST), await crowd.honest.ask(REQUEST)];
    assert.deepEqual(answers[1], answers[0]);
    assert.equal(fixture.asked, 1);
  });
});
