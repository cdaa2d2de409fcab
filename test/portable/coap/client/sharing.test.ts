import { Cancellation } from "../../../../src/coap/client/cancellation.js";
import { CancelledError, ClientErrorResponse, TimeoutError } from "../../../../src/coap/errors.js";
import { fromHex } from "../../../../src/bytes/hex.js";
import { assert, describe, it } from "../../../portable.js";
import { Lab, reply } from "../wire.js";

/** A server by hand that takes every registration: Observe 10 and the text "0". */
function watching(): Lab {
  const lab = new Lab();
  lab.wire.answer = (heard) => (heard[1] === 1 ? reply(heard, "ACK", "45", "610aff30") : undefined);
  return lab;
}

/** Notifies `state` with the token of `registration`. */
async function notify(lab: Lab, registration: string, id: string, state: string): Promise<void> {
  lab.wire.send(reply(fromHex(registration), "CON", "45", `61${id}ff${state}`, `70${id}`));
  await lab.advance(5);
}

describe("observations of one resource", () => {
  it("RFC 7641 §3.3.1, §3.6: are registered anew and cancelled with the options of the first registration", async () => {
    const lab = new Lab();
    // Observe 5 and Max-Age 10 s.
    lab.wire.answer = (heard) => reply(heard, "ACK", "45", "6105810aff30");
    const options = { accept: 50, blockSize: 64 };
    const observation = await lab.until(lab.endpoint.client.observe(lab.uri("a?b=1"), options));
    await lab.advance(26_000);
    await lab.until(observation.cancel());
    const requests = lab.wire.take();
    assert.equal(requests.length, 3);
    // Token; Uri-Path, Uri-Query, Accept, Block2 0/0/64; Observe 0, or 1 at the end.
    const token = requests[0]!.slice(8, 16);
    const rest = "5161 43623d31 2132 6102".replaceAll(" ", "");
    assert.deepEqual(
      requests.map((request) => request.slice(8)),
      ["60", "60", "6101"].map((observe) => token + observe + rest),
    );
  });

  it("RFC 7641 §3.1: share one registration, and each gets every state; the second begins with the newest", async () => {
    const lab = watching();
    const { client } = lab.endpoint;
    const first = await lab.until(client.observe(lab.uri("a")));
    const [registration] = lab.wire.take();
    await notify(lab, registration!, "0b", "31");
    const second = await lab.until(client.observe(lab.uri("a")));
    await notify(lab, registration!, "0c", "32");
    assert.deepEqual(lab.wire.take(), ["6000700b", "6000700c"], "nothing but acknowledgements");
    const seen: string[] = [];
    for (const observation of [first, first, first, second, second])
      seen.push((await observation.next()).value!.text());
    assert.deepEqual(seen, ["0", "1", "2", "1", "2"]);
  });

  it("RFC 7641 §3.6: the last one that is cancelled tells the server", async () => {
    const lab = watching();
    const { client } = lab.endpoint;
    const first = await lab.until(client.observe(lab.uri("a")));
    const second = await lab.until(client.observe(lab.uri("a")));
    const [registration] = lab.wire.take();
    await lab.until(first.cancel());
    await notify(lab, registration!, "0b", "31");
    assert.deepEqual([first.active, second.active], [false, true]);
    assert.deepEqual(lab.wire.take(), ["6000700b"]);
    await lab.until(second.cancel());
    const [cancellation, ...none] = lab.wire.take();
    // The token of the registration, Observe 1.
    assert.equal(cancellation!.slice(8), `${registration!.slice(8, 16)}61015161`);
    assert.equal(none.length, 0);
    await lab.until(client.observe(lab.uri("a")));
    const [again] = lab.wire.take();
    assert.ok(again!.slice(8, 16) !== registration!.slice(8, 16), "a registration of its own");
  });

  it("RFC 7641 §3.1: those of other URIs, formats or entity tags have their own", async () => {
    const lab = watching();
    const { client } = lab.endpoint;
    await lab.until(client.observe(lab.uri("a")));
    await lab.until(client.observe(lab.uri("a?b")));
    await lab.until(client.observe(lab.uri("a"), { accept: 60 }));
    await lab.until(client.observe(lab.uri("a"), { etags: [fromHex("01")] }));
    assert.equal(lab.wire.take().length, 4);
    await lab.until(client.observe(lab.uri("a"), { accept: 60, confirmable: false }));
    assert.equal(lab.wire.take().length, 0);
  });

  it("wait for one response when they begin at the same time, each as long as it wants", async () => {
    const lab = new Lab();
    const { client } = lab.endpoint;
    const signal = new Cancellation();
    const patient = client.observe(lab.uri("a"));
    const late = assert.rejects(client.observe(lab.uri("a"), { timeoutMs: 10 }), TimeoutError, "10 ms");
    const cancelled = assert.rejects(client.observe(lab.uri("a"), { signal }), CancelledError);
    await lab.until(late);
    signal.cancel();
    await lab.until(cancelled);
    const [registration, ...none] = lab.wire.take();
    assert.equal(none.length, 0);
    lab.wire.send(reply(fromHex(registration!), "ACK", "45", "610aff30"));
    const observation = await lab.until(patient);
    assert.equal((await observation.next()).value!.text(), "0");
    assert.ok(observation.active);
  });

  it("end together: by the error of the registration, or of a notification", async () => {
    const lab = new Lab();
    const { client } = lab.endpoint;
    lab.wire.answer = (heard) => reply(heard, "ACK", "84");
    const refused = [1, 2].map(() => assert.rejects(client.observe(lab.uri("a")), ClientErrorResponse));
    await lab.until(Promise.all(refused));
    assert.equal(lab.wire.take().length, 1);
    lab.wire.answer = (heard) => reply(heard, "ACK", "45", "610aff30");
    const both = [
      await lab.until(client.observe(lab.uri("a"))),
      await lab.until(client.observe(lab.uri("a"))),
    ];
    const [registration] = lab.wire.take();
    lab.wire.answer = undefined;
    await lab.wire.ask(reply(fromHex(registration!), "CON", "84", "", "7777"));
    for (const observation of both) {
      assert.equal((await observation.next()).value!.text(), "0");
      await assert.rejects(observation.next(), ClientErrorResponse, "4.04");
      assert.equal(observation.active, false);
    }
  });

  it("leave nothing behind where the signal had said so before", async () => {
    const lab = watching();
    const signal = new Cancellation();
    signal.cancel();
    await lab.until(assert.rejects(lab.endpoint.client.observe(lab.uri("a"), { signal }), CancelledError));
    assert.deepEqual(lab.wire.take(), []);
    await lab.until(lab.endpoint.client.observe(lab.uri("a")));
    assert.equal(lab.wire.take().length, 1);
  });
});
