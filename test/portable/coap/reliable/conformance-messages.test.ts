import { text } from "../../../../src/coap/server/response.js";
import type { Response } from "../../../../src/coap/server/response.js";
import { assert, describe, it } from "../../../portable.js";
import { ABORT, CONTENT, CSM, ConnectionLab, GET } from "./connection-lab.js";

const FRAMINGS = [
  ["TCP", "length"],
  ["WebSockets", "message"],
] as const;

/** Uri-Path "a", "slow" and "none". */
const [A, SLOW, NONE] = ["b161", "b4736c6f77", "b46e6f6e65"] as const;

for (const [name, framing] of FRAMINGS)
  describe(`messages over ${name}`, () => {
    it(`RFC 8323 §3.3: the first message to whoever connects is a CSM (${name})`, async () => {
      const lab = new ConnectionLab({ framing });
      const hand = await lab.connect();
      hand.send(lab.frame(CSM));
      const [first, ...others] = await lab.ask(hand, lab.frame(GET, "42", A));
      assert.equal(first!.code, CSM);
      assert.equal(first!.token, "");
      assert.deepEqual(
        others.map(({ code, token }) => [code, token]),
        [[CONTENT, "42"]],
      );
    });

    it(`RFC 8323 §3.3: who connects sends its CSM first, without waiting for that of the other side (${name})`, async () => {
      const lab = new ConnectionLab({ framing });
      const hands = lab.listen();
      const response = lab.endpoint.client.get(lab.uri("a"));
      await lab.advance(10);
      const [hand] = hands;
      const [first, ...sent] = lab.take(hand!);
      assert.equal(first!.code, CSM);
      const [request] = [...sent, ...(await lab.ask(hand!, lab.frame(CSM)))];
      assert.equal(request!.code, GET);
      hand!.send(lab.frame(CONTENT, request!.token, "ff31"));
      assert.equal((await lab.until(response)).text(), "1");
      assert.equal(hands.length, 1);
    });

    it(`RFC 8323 §3.3, §5.6: another message in place of the first CSM aborts the connection (${name})`, async () => {
      for (const [code, token, rest] of [
        [GET, "42", A],
        ["e2", "42", ""],
        [CONTENT, "", ""],
      ] as const) {
        const lab = new ConnectionLab({ framing });
        const first = lab.frame(code, token, rest);
        const hand = await lab.connect();
        const heard = await lab.ask(hand, first);
        assert.deepEqual(
          heard.map((one) => one.code),
          [CSM, ABORT],
          first,
        );
        assert.ok(heard[1]!.rest.startsWith("ff"), "a diagnostic payload");
        assert.equal(hand.ended, "closed");
      }
    });

    it(`RFC 8323 §3.3: csmTimeoutMs: a connection without a CSM is aborted in time (${name})`, async () => {
      const lab = new ConnectionLab({ framing, connections: { csmTimeoutMs: 2000 } });
      const hand = await lab.connect();
      lab.take(hand);
      await lab.advance(1990);
      assert.equal(hand.ended, undefined);
      assert.equal(hand.take(), "");
      await lab.advance(20);
      const [last] = lab.take(hand);
      assert.equal(last!.code, ABORT);
      assert.equal(hand.ended, "closed");
    });

    it(`RFC 8323 §3.3, §4.3: each response comes on the connection of its request, in any order (${name})`, async () => {
      const lab = new ConnectionLab({ framing });
      const waiting: ((response: Response) => void)[] = [];
      lab.site.add("slow", { get: () => new Promise<Response>((resolve) => void waiting.push(resolve)) });
      const [first, second] = [await lab.greet(), await lab.greet()];
      // Tokens are scoped to the connection: the same one twice is no conflict.
      assert.deepEqual(await lab.ask(first, lab.frame(GET, "01", SLOW)), []);
      assert.deepEqual(await lab.ask(second, lab.frame(GET, "01", SLOW)), []);
      const [quick] = await lab.ask(first, lab.frame(GET, "02", A));
      assert.deepEqual([quick!.code, quick!.token], [CONTENT, "02"]);
      waiting[1]!(text("second"));
      await lab.advance(10);
      assert.equal(lab.take(second)[0]!.rest.slice(-12), "7365636f6e64");
      assert.deepEqual(lab.take(first), []);
      waiting[0]!(text("first"));
      await lab.advance(10);
      const [late] = lab.take(first);
      assert.deepEqual([late!.token, late!.rest.slice(-10)], ["01", "6669727374"]);
      assert.deepEqual(lab.take(second), []);
    });

    it(`RFC 8323 §3.3: who connected answers requests, too, with an error where it serves nothing (${name})`, async () => {
      const lab = new ConnectionLab({ framing });
      const hands = lab.listen();
      const response = lab.endpoint.client.get(lab.uri("a"));
      await lab.advance(10);
      const hand = hands[0]!;
      const heard = await lab.ask(hand, lab.frame(CSM), lab.frame(GET, "77", NONE));
      const answer = [...heard].find(({ token }) => token === "77");
      assert.equal(answer?.code, "84");
      const request = heard.find(({ code }) => code === GET) ?? { token: "" };
      hand.send(lab.frame(CONTENT, request.token, "ff31"));
      await lab.advance(10);
      lab.endpoint.close();
      await lab.until(response.catch(() => undefined));
    });

    it(`RFC 8323 §3.4, §5.4: an Empty message is ignored, the first one too (${name})`, async () => {
      const lab = new ConnectionLab({ framing });
      const hand = await lab.connect();
      lab.take(hand);
      const empty = lab.frame("00");
      assert.deepEqual(await lab.ask(hand, empty, lab.frame(CSM), empty, empty), []);
      assert.equal(hand.ended, undefined);
      assert.equal((await lab.ask(hand, lab.frame(GET, "42", A)))[0]!.code, CONTENT);
    });

    it(`RFC 8323 §5.6: a message of a reserved class aborts the connection (${name})`, async () => {
      for (const code of ["21", "c1"]) {
        const lab = new ConnectionLab({ framing });
        const hand = await lab.greet();
        const heard = await lab.ask(hand, lab.frame(code, "42"), lab.frame(GET, "43", A));
        assert.deepEqual(
          heard.map((one) => one.code),
          [ABORT],
        );
        assert.equal(hand.ended, "closed");
      }
    });

    it(`RFC 8323 §7.2: a response to nothing asked does no harm (${name})`, async () => {
      const lab = new ConnectionLab({ framing });
      const hand = await lab.greet();
      const heard = await lab.ask(hand, lab.frame(CONTENT, "4242", "ff31"), lab.frame(GET, "43", A));
      if (hand.ended === undefined)
        assert.deepEqual(
          heard.map(({ token }) => token),
          ["43"],
        );
      else assert.equal(heard[0]!.code, ABORT);
    });
  });

describe("frames over WebSockets", () => {
  it("RFC 8323 §4.2: Len is 0, whatever the length of the message", async () => {
    const lab = new ConnectionLab({ framing: "message" });
    lab.site.add("long", { get: () => text("x".repeat(400)) });
    const hand = await lab.greet();
    hand.send(lab.frame(GET, "42", "b46c6f6e67"));
    await lab.advance(10);
    assert.equal(hand.heard.length, 1);
    assert.equal(hand.heard[0]!.slice(0, 6), "014542");
    assert.ok(hand.heard[0]!.length > 800);
  });

  it("RFC 8323 §4.2: another Len aborts the connection", async () => {
    const lab = new ConnectionLab({ framing: "message" });
    const hand = await lab.greet();
    const heard = await lab.ask(hand, `210142${A}`);
    assert.deepEqual(
      heard.map(({ code }) => code),
      [ABORT],
    );
    assert.equal(hand.ended, "closed");
  });
});
