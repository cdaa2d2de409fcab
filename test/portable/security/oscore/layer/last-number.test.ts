import { UNAUTHORIZED } from "../../../../../src/coap/codec/code.js";
import { Message } from "../../../../../src/coap/codec/message.js";
import { OSCORE } from "../../../../../src/coap/codec/option-number.js";
import { ClientErrorResponse } from "../../../../../src/coap/errors.js";
import { changed, text } from "../../../../../src/coap/server/response.js";
import { MAX_PARTIAL_IV } from "../../../../../src/security/oscore/context/partial-iv.js";
import {
  VolatileState,
  type ContextState,
} from "../../../../../src/security/oscore/contexts/context-state.js";
import { SecurityContexts } from "../../../../../src/security/oscore/contexts/security-contexts.js";
import { OscoreError } from "../../../../../src/security/oscore/errors.js";
import { oscore } from "../../../../../src/security/oscore/layer/oscore.js";
import { decodeOscoreOption } from "../../../../../src/security/oscore/option.js";
import { assert, describe, hostCrypto, it } from "../../../../portable.js";
import { CLIENT_PARAMETERS, ProtectedLab, mirrored } from "./protected-lab.js";

const PEER = { securityContext: "peer" } as const;

/** A server that has the numbers of `state`, and counts what it does. */
class Worn extends ProtectedLab {
  done = 0;
  answer: ((value: string) => void) | undefined;
  readonly #state: () => void;

  constructor(state: ContextState) {
    const contexts = new SecurityContexts(hostCrypto());
    contexts.add("peer", mirrored(CLIENT_PARAMETERS), state);
    super({ server: { oscore: oscore({ contexts }) } });
    let value = 0;
    const resource = this.site.add("state", { observable: true, get: () => text(String(value)) });
    this.#state = () => {
      value += 1;
      resource.notify();
    };
    this.site.add("act", {
      post: () => {
        this.done += 1;
        return changed();
      },
    });
    this.site.add("slow", {
      get: () =>
        new Promise((resolve) => {
          this.answer = (slowly) => resolve(text(slowly));
        }),
    });
  }

  change(): Promise<void> {
    this.#state();
    return this.advance(20);
  }

  /** Partial IVs of the protected messages that the client received since the last time; undefined for those without. */
  partialIvs(): (number | undefined)[] {
    const values: (number | undefined)[] = [];
    for (const bytes of this.received.splice(0)) {
      const value = new Message(bytes).options.first(OSCORE);
      if (value) values.push(decodeOscoreOption(value).partialIv);
    }
    return values;
  }

  async refused(): Promise<boolean> {
    const error = await this.until(
      assert.rejects(this.client.client.post(this.uri("act"), PEER), ClientErrorResponse, "4.01"),
    );
    return error.response.code === UNAUTHORIZED && this.partialIvs().length === 0;
  }
}

describe("OSCORE, the last sequence number", () => {
  it("RFC 8613 §7.2.1: a notification with 2^40 - 1 is the last message of a server, and nothing is done any more", async () => {
    const lab = new Worn(new VolatileState(MAX_PARTIAL_IV));
    const observation = await lab.until(lab.client.client.observe(lab.uri("state"), PEER));
    await lab.until(lab.client.client.post(lab.uri("act"), PEER));
    assert.deepEqual(lab.partialIvs(), [undefined, undefined], "the nonces of the requests");
    await lab.change();
    assert.deepEqual(lab.partialIvs(), [MAX_PARTIAL_IV]);
    await lab.change();
    assert.deepEqual(lab.partialIvs(), [], "no further notification");
    assert.ok(await lab.refused());
    assert.equal(lab.done, 1);
    const states: string[] = [];
    for (let next = 0; next < 2; next += 1) states.push((await lab.until(observation.next())).value!.text());
    assert.deepEqual(states, ["0", "1"]);
    lab.client.close();
  });

  it("RFC 8613 §7.2.1: a request in work then is not answered, though its nonce is free", async () => {
    const lab = new Worn(new VolatileState(MAX_PARTIAL_IV));
    await lab.until(lab.client.client.observe(lab.uri("state"), PEER));
    const slow = lab.client.client.get(lab.uri("slow"), PEER);
    const failure = assert.rejects<Error>(slow, Error);
    await lab.advance(20);
    await lab.change();
    assert.deepEqual(lab.partialIvs(), [undefined, MAX_PARTIAL_IV]);
    lab.answer!("1");
    await lab.advance(1_000);
    assert.deepEqual(lab.partialIvs(), []);
    lab.client.close();
    await failure;
  });

  it("RFC 8613 §7.2.1: a client sends no request after the one with 2^40 - 1, and takes the response to that", async () => {
    const contexts = new SecurityContexts(hostCrypto());
    contexts.add("peer", CLIENT_PARAMETERS, new VolatileState(MAX_PARTIAL_IV));
    const lab = new ProtectedLab({ client: { oscore: oscore({ contexts }) } });
    lab.site.add("a", { get: () => text("1") });
    const { client } = lab.client;
    assert.equal((await lab.until(client.get(lab.uri("a"), PEER))).text(), "1");
    const sent = lab.server.counters.received;
    await lab.until(assert.rejects(client.get(lab.uri("a"), PEER), OscoreError, "used up"));
    assert.equal(lab.server.counters.received, sent);
  });

  it("RFC 8613 §7.2.1: an endpoint whose request had the last number answers none of its peer's", async () => {
    const contexts = new SecurityContexts(hostCrypto());
    const context = contexts.add("peer", mirrored(CLIENT_PARAMETERS), new VolatileState(MAX_PARTIAL_IV));
    const lab = new ProtectedLab({ server: { oscore: oscore({ contexts }) } });
    let done = 0;
    lab.site.add("act", {
      post: () => {
        done += 1;
        return changed();
      },
    });
    assert.equal(context.security.nextPartialIv(), MAX_PARTIAL_IV);
    await lab.until(
      assert.rejects(lab.client.client.post(lab.uri("act"), PEER), ClientErrorResponse, "4.01"),
    );
    assert.equal(done, 0);
  });

  it("RFC 8613 §7.2.1: nor does it after a restart", async () => {
    const lab = new Worn({ wasUsed: true, markUsed: () => undefined, next: () => MAX_PARTIAL_IV + 1 });
    for (let times = 0; times < 2; times += 1) assert.ok(await lab.refused());
    assert.equal(lab.done, 0);
  });
});
