import { INTERNAL_SERVER_ERROR } from "../../../../../src/coap/codec/code.js";
import { ServerErrorResponse } from "../../../../../src/coap/errors.js";
import { qBlock } from "../../../../../src/coap/bodies/qblock/q-block.js";
import { text } from "../../../../../src/coap/server/response.js";
import type { AmplificationPolicy } from "../../../../../src/coap/messaging/amplification.js";
import { assert, describe, it } from "../../../../portable.js";
import { CSM, ConnectionLab, GET } from "../../../coap/reliable/connection-lab.js";
import { Lab } from "../../../coap/wire.js";
import { ProtectedLab } from "./protected-lab.js";

/** A part of the endpoint that fails while it is told to. */
class Failing implements AmplificationPolicy {
  isBroken = true;

  received(): void {}

  allowance(): number {
    if (this.isBroken) throw new TypeError("no allowance");
    return Infinity;
  }

  sent(): void {}

  verified(): void {}

  challenge(): Uint8Array {
    return new Uint8Array(8);
  }
}

describe("faults below a handler", () => {
  it("RFC 7252 §5.9.3.1, RFC 8613 §8.3: are answered 5.00, protected, and the next request as usual", async () => {
    const amplification = new Failing();
    const lab = new ProtectedLab({ server: { amplification } });
    lab.site.add("a", { get: () => text("1"), put: () => Promise.resolve(text("2")) });
    const peer = { securityContext: "peer" };
    const failure = await lab.until(
      lab.client.client.get(lab.uri("a"), peer).then(
        () => undefined,
        (error: unknown) => error,
      ),
    );
    assert.ok(failure instanceof ServerErrorResponse && failure.code === INTERNAL_SERVER_ERROR);
    // On the wire it is 2.04, as every protected answer.
    assert.equal(lab.received.at(-1)![1], 0x44);
    assert.ok(lab.server.counters.faults > 0);
    amplification.isBroken = false;
    assert.equal((await lab.until(lab.client.client.get(lab.uri("a"), peer))).text(), "1");
    assert.equal((await lab.until(lab.client.client.put(lab.uri("a"), peer))).text(), "2");
  });

  it("RFC 8323 §3: are answered 5.00 on a connection, which goes on", async () => {
    const amplification = new Failing();
    const lab = new ConnectionLab({ amplification });
    const hand = await lab.connect();
    await lab.ask(hand, lab.frame(CSM));
    assert.deepEqual(await lab.ask(hand, lab.frame(GET, "aa", "b161"), lab.frame(GET, "bb", "b161")), [
      { code: "a0", token: "aa", rest: "" },
      { code: "a0", token: "bb", rest: "" },
    ]);
    assert.ok(lab.endpoint.counters.faults >= 2);
    amplification.isBroken = false;
    assert.deepEqual(await lab.ask(hand, lab.frame(GET, "cc", "b161")), [
      { code: "45", token: "cc", rest: "c0ff31" },
    ]);
  });

  it("RFC 9177 §4.4: are answered 5.00 where the answer would go in Q-Block2", async () => {
    const amplification = new Failing();
    const lab = new Lab({ amplification, qBlock: qBlock() });
    lab.site.add("b", { get: () => text("1".repeat(40)) });
    // Q-Block2 (31) 0/1/16.
    const [answer, ...none] = await lab.wire.ask("41 01 0001 aa b1 62 d1 07 08");
    assert.deepEqual([answer!.slice(0, 10), none.length], ["61a00001aa", 0]);
    amplification.isBroken = false;
    assert.equal((await lab.wire.ask("41 01 0002 bb b1 62 d1 07 08"))[0]!.slice(0, 10), "61450002bb");
  });

  it("RFC 7641 §4.5: end an observation whose notification cannot be sent, and no other one", async () => {
    const amplification = new Failing();
    amplification.isBroken = false;
    const lab = new Lab({ amplification });
    const resource = lab.site.add("v", { observable: true, notifications: "NON", get: () => text("1") });
    for (const token of ["aa", "bb"]) await lab.wire.ask(`41 01 00${token} ${token} 60 51 76`);
    amplification.isBroken = true;
    resource.notify();
    await lab.advance(10);
    assert.deepEqual(lab.wire.take(), []);
    assert.equal(lab.endpoint.counters.handlerErrors + lab.endpoint.counters.faults >= 2, true);
    amplification.isBroken = false;
    await lab.wire.ask("41 01 00cc cc 60 51 76");
    resource.notify();
    await lab.advance(10);
    const tokens = lab.wire.take().map((notification) => notification.slice(8, 10));
    assert.deepEqual(tokens, ["cc"]);
  });
});
