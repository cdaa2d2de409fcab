import { text } from "../../../../src/coap/server/response.js";
import { DisconnectedError, LimitError } from "../../../../src/coap/errors.js";
import { assert, describe, it } from "../../../portable.js";
import { CONTENT, CSM, ConnectionLab, GET } from "./connection-lab.js";
import type { Hand } from "./virtual-channels.js";

/** Observe 0 and Uri-Path "n". */
const OBSERVE_N = "60 516e";

/** A lab whose /n counts up with `change`. */
function countingLab(options: ConstructorParameters<typeof ConnectionLab>[0] = {}): {
  lab: ConnectionLab;
  change: () => void;
} {
  const lab = new ConnectionLab(options);
  let count = 0;
  const resource = lab.site.add("n", { get: () => text(String(count)), observable: true });
  const change = (): void => {
    count += 1;
    resource.notify();
  };
  return { lab, change };
}

/** Whether a frame's first option is Observe. */
function hasObserve(rest: string): boolean {
  return rest.startsWith("6");
}

async function observe(lab: ConnectionLab, hand: Hand): Promise<boolean> {
  const [first] = await lab.ask(hand, lab.frame(GET, "42", OBSERVE_N));
  assert.equal(first!.code, CONTENT);
  return hasObserve(first!.rest);
}

describe("observing over connections", () => {
  it("RFC 8323 §7.1: the client takes notifications in the order in which they come, whatever their Observe says", async () => {
    const lab = new ConnectionLab();
    const hands = lab.listen();
    const started = lab.endpoint.client.observe(lab.uri("n"));
    await lab.advance(10);
    const [hand] = hands;
    const request = (await lab.ask(hand!, lab.frame(CSM))).find(({ code }) => code === GET)!;
    assert.ok(hasObserve(request.rest));
    const notify = (option: string, payload: string): void =>
      hand!.send(lab.frame(CONTENT, request.token, `${option} ff${payload}`));
    notify("6109", "30");
    const observation = await lab.until(started);
    const seen = [(await observation.next()).value?.text()];
    // Smaller, the same, none, and longer than RFC 7641 allows in a request.
    for (const [value, payload] of [
      ["6103", "31"],
      ["6103", "32"],
      ["60", "33"],
      ["63ffffff", "34"],
      ["6101", "35"],
    ] as const) {
      notify(value, payload);
      await lab.advance(5);
      seen.push((await lab.until(observation.next())).value?.text());
    }
    assert.deepEqual(seen, ["0", "1", "2", "3", "4", "5"]);
    lab.endpoint.close();
  });

  it("RFC 8323 §7.4: the client deregisters with the token of the observation and Observe 1", async () => {
    const lab = new ConnectionLab();
    const hands = lab.listen();
    const started = lab.endpoint.client.observe(lab.uri("n"));
    await lab.advance(10);
    const [hand] = hands;
    const request = (await lab.ask(hand!, lab.frame(CSM))).find(({ code }) => code === GET)!;
    hand!.send(lab.frame(CONTENT, request.token, "60 ff30"));
    const observation = await lab.until(started);
    const cancelled = observation.cancel();
    await lab.advance(10);
    const [deregistration] = lab.take(hand!);
    assert.deepEqual(
      [deregistration!.code, deregistration!.token, deregistration!.rest.slice(0, 4)],
      [GET, request.token, "6101"],
    );
    hand!.send(lab.frame(CONTENT, request.token, "ff30"));
    await lab.until(cancelled);
  });

  it("RFC 8323 §7.4: an observation that ends as a state could not be read is deregistered: nothing is rejected here", async () => {
    const lab = new ConnectionLab({ limits: { maxBodyBytes: 20 } });
    const hands = lab.listen();
    const started = lab.endpoint.client.observe(lab.uri("n"));
    await lab.advance(10);
    const [hand] = hands;
    const request = (await lab.ask(hand!, lab.frame(CSM))).find(({ code }) => code === GET)!;
    hand!.send(lab.frame(CONTENT, request.token, "60 ff30"));
    const observation = await lab.until(started);
    await observation.next();
    const next = observation.next().catch((error: unknown) => error);
    hand!.send(lab.frame(CONTENT, request.token, `6101 ff${"30".repeat(21)}`));
    assert.ok((await lab.until(next)) instanceof LimitError);
    await lab.advance(10);
    const [deregistration] = lab.take(hand!);
    assert.deepEqual(
      [deregistration!.code, deregistration!.token, deregistration!.rest.slice(0, 4)],
      [GET, request.token, "6101"],
    );
  });

  it("RFC 8323 §7.4: the server takes a deregistration with the token", async () => {
    const { lab, change } = countingLab();
    const hand = await lab.greet();
    assert.ok(await observe(lab, hand));
    change();
    await lab.advance(10);
    assert.equal(lab.take(hand).length, 1);
    const [answer] = await lab.ask(hand, lab.frame(GET, "42", "6101 516e"));
    assert.equal(answer!.code, CONTENT);
    assert.ok(!hasObserve(answer!.rest));
    change();
    await lab.advance(10);
    assert.deepEqual(lab.take(hand), []);
  });

  for (const [how, end] of [
    ["was closed", (hand: Hand) => hand.channel.close()],
    ["was reset", (hand: Hand) => hand.channel.abort()],
    ["was released", (hand: Hand) => hand.send("00e4")],
    ["was aborted", (hand: Hand) => hand.send("00e5")],
    ["sent garbage", (hand: Hand) => hand.send("0f")],
  ] as const)
    it(`RFC 8323 §7.4: the server forgets the observers of a connection that ${how}`, async () => {
      const { lab, change } = countingLab({ limits: { observers: 1 } });
      const [gone, next] = [await lab.greet(), await lab.greet()];
      assert.ok(await observe(lab, gone));
      assert.ok(!(await observe(lab, next)), "there is room for one observer");
      end(gone);
      await lab.advance(10);
      lab.take(gone);
      change();
      await lab.advance(10);
      assert.deepEqual(lab.take(gone), []);
      assert.ok(await observe(lab, next), "the room is free again");
    });

  it("RFC 8323 §7.4: the server forgets the observers of a connection that timed out", async () => {
    const { lab, change } = countingLab({
      limits: { observers: 1 },
      connections: { pingAfterMs: 1000 },
    });
    const gone = await lab.greet();
    assert.ok(await observe(lab, gone));
    // From now on the peer neither answers nor closes.
    await lab.advance(10_000);
    assert.ok(gone.ended !== undefined);
    change();
    await lab.advance(10);
    assert.ok(await observe(lab, await lab.greet()), "the room is free again");
  });

  it("RFC 8323 §3.4: an observation of ours ends with its connection, and says so", async () => {
    const lab = new ConnectionLab();
    const hands = lab.listen();
    const started = lab.endpoint.client.observe(lab.uri("n"));
    await lab.advance(10);
    const [hand] = hands;
    const request = (await lab.ask(hand!, lab.frame(CSM))).find(({ code }) => code === GET)!;
    hand!.send(lab.frame(CONTENT, request.token, "60 ff30"));
    const observation = await lab.until(started);
    await observation.next();
    const next = observation.next().catch((error: unknown) => error);
    hand!.channel.abort();
    assert.ok((await lab.until(next)) instanceof DisconnectedError);
  });
});
