import { text, type Response } from "../../../../src/coap/server/response.js";
import { toHex } from "../../../../src/bytes/hex.js";
import { encodeUtf8 } from "../../../../src/bytes/utf8.js";
import { DisconnectedError, RefusedError } from "../../../../src/coap/errors.js";
import { assert, describe, it } from "../../../portable.js";
import { ABORT, CONTENT, CSM, ConnectionLab, GET, PING, PONG, RELEASE } from "./connection-lab.js";

const FRAMINGS = [
  ["TCP", "length"],
  ["WebSockets", "message"],
] as const;

/** Uri-Path "a" and "slow". */
const [A, SLOW] = ["b161", "b4736c6f77"] as const;

/** Options without a meaning: number 9, which is critical, and number 10, which is elective. */
const [CRITICAL, ELECTIVE] = ["90", "a0"] as const;

/** The diagnostic payload of a signaling message without options, or of one with an option of one byte. */
function hasDiagnostic(rest: string): boolean {
  return rest.startsWith("ff") || rest.slice(4).startsWith("ff");
}

for (const [name, framing] of FRAMINGS)
  describe(`signaling over ${name}`, () => {
    for (const [signal, code] of [
      ["CSM", CSM],
      ["Ping", PING],
      ["Pong", PONG],
      ["Release", RELEASE],
    ] as const) {
      it(`RFC 8323 §5.2: a critical option of ${signal} that is not known aborts the connection (${name})`, async () => {
        const lab = new ConnectionLab({ framing });
        const hand = await lab.greet();
        const [last, ...more] = await lab.ask(hand, lab.frame(code, "", CRITICAL), lab.frame(GET, "42", A));
        assert.equal(last!.code, ABORT);
        assert.ok(hasDiagnostic(last!.rest), last!.rest);
        assert.deepEqual(more, []);
        assert.equal(hand.ended, "closed");
      });
    }

    it(`RFC 8323 §5.2: a critical option of Abort that is not known: the connection ends all the same (${name})`, async () => {
      const lab = new ConnectionLab({ framing });
      const hand = await lab.greet();
      await lab.ask(hand, lab.frame(ABORT, "", CRITICAL));
      assert.equal(hand.ended, "closed");
    });

    it(`RFC 8323 §5.6: Bad-CSM-Option names what was wrong with a CSM, a text explains it (${name})`, async () => {
      const lab = new ConnectionLab({ framing });
      const hand = await lab.connect();
      lab.take(hand);
      const [last] = await lab.ask(hand, lab.frame(CSM, "", CRITICAL));
      assert.equal(last!.code, ABORT);
      assert.equal(last!.rest.slice(0, 6), "2109ff");
      assert.ok(last!.rest.length > 6);
      assert.equal(hand.ended, "closed");
    });

    it(`RFC 8323 §5.4: elective options that are not known are ignored, in every signaling message (${name})`, async () => {
      const lab = new ConnectionLab({ framing });
      const hand = await lab.connect();
      lab.take(hand);
      assert.deepEqual(
        await lab.ask(hand, lab.frame(CSM, "", ELECTIVE), lab.frame(PONG, "42", ELECTIVE)),
        [],
      );
      const [pong] = await lab.ask(hand, lab.frame(PING, "42", ELECTIVE));
      assert.deepEqual([pong!.code, pong!.token], [PONG, "42"]);
      assert.equal((await lab.ask(hand, lab.frame(GET, "43", A)))[0]!.code, CONTENT);
      assert.deepEqual(await lab.ask(hand, lab.frame(RELEASE, "", ELECTIVE)), []);
      assert.equal(hand.ended, "closed");
    });

    it(`RFC 8323 §5.1: a signaling code that is not assigned does no harm (${name})`, async () => {
      const lab = new ConnectionLab({ framing });
      const hand = await lab.greet();
      const heard = await lab.ask(hand, lab.frame("ff", "42"), lab.frame(GET, "43", A));
      assert.deepEqual(
        heard.map(({ token }) => token),
        ["43"],
      );
    });

    it(`RFC 8323 §5.7: Ping and Pong as in Figures 11 and 12 (${name})`, async () => {
      const lab = new ConnectionLab({ framing });
      const hand = await lab.greet();
      assert.equal(await hand.ask("01e242"), "01e342");
    });

    it(`RFC 8323 §5.4: a Ping is answered at once and with its token, while a request is in work (${name})`, async () => {
      const lab = new ConnectionLab({ framing });
      lab.site.add("slow", { get: () => new Promise<Response>(() => {}) });
      const hand = await lab.greet();
      for (const token of ["", "42", "0102030405060708"]) {
        const heard = await lab.ask(
          hand,
          lab.frame(GET, `99${token}`.slice(0, 16), SLOW),
          lab.frame(PING, token),
        );
        assert.deepEqual(heard, [{ code: PONG, token, rest: "" }]);
      }
    });

    it(`RFC 8323 §5.4.1: with Custody the Pong waits for what came before it (${name})`, async () => {
      const lab = new ConnectionLab({ framing });
      const waiting: ((response: Response) => void)[] = [];
      lab.site.add("slow", { get: () => new Promise<Response>((resolve) => void waiting.push(resolve)) });
      const hand = await lab.greet();
      assert.deepEqual(await lab.ask(hand, lab.frame(GET, "01", SLOW), lab.frame(PING, "42", "20")), []);
      // What comes after the Ping is not waited for.
      assert.deepEqual(await lab.ask(hand, lab.frame(GET, "02", SLOW)), []);
      waiting[0]!(text("1"));
      await lab.advance(10);
      const heard = lab.take(hand);
      assert.deepEqual(
        heard.map(({ code, token }) => [code, token]),
        [
          [CONTENT, "01"],
          [PONG, "42"],
        ],
      );
      assert.equal(heard[1]!.rest, "20");
    });

    it(`RFC 8323 §5.4.1: with Custody and nothing in work the Pong comes at once (${name})`, async () => {
      const lab = new ConnectionLab({ framing });
      const hand = await lab.greet();
      assert.deepEqual(await lab.ask(hand, lab.frame(PING, "42", "20")), [
        { code: PONG, token: "42", rest: "20" },
      ]);
    });

    it(`RFC 8323 §5.5: closes after a Release when it has answered what came before (${name})`, async () => {
      const lab = new ConnectionLab({ framing });
      const waiting: ((response: Response) => void)[] = [];
      lab.site.add("slow", { get: () => new Promise<Response>((resolve) => void waiting.push(resolve)) });
      const hand = await lab.greet();
      assert.deepEqual(await lab.ask(hand, lab.frame(GET, "01", SLOW), lab.frame(RELEASE)), []);
      assert.equal(hand.ended, undefined);
      waiting[0]!(text("1"));
      await lab.advance(10);
      assert.deepEqual(
        lab.take(hand).map(({ code, token }) => [code, token]),
        [[CONTENT, "01"]],
      );
      assert.equal(hand.ended, "closed");
    });

    it(`RFC 8323 §5.5: with nothing in work a Release closes at once (${name})`, async () => {
      const lab = new ConnectionLab({ framing });
      const hand = await lab.greet();
      assert.deepEqual(await lab.ask(hand, lab.frame(RELEASE)), []);
      assert.equal(hand.ended, "closed");
    });

    it(`RFC 8323 §5.5: a request after the peer's Release goes over a new connection (${name})`, async () => {
      const lab = new ConnectionLab({ framing });
      const hands = lab.listen();
      const answer = async (index: number): Promise<void> => {
        await lab.advance(10);
        hands[index]!.send(lab.frame(CSM));
        await lab.advance(10);
        const request = lab.take(hands[index]!).find(({ code }) => code === GET);
        hands[index]!.send(lab.frame(CONTENT, request!.token, "ff31"));
      };
      const first = lab.endpoint.client.get(lab.uri("a"));
      await answer(0);
      await lab.until(first);
      hands[0]!.send(lab.frame(RELEASE));
      await lab.advance(10);
      const second = lab.endpoint.client.get(lab.uri("a"));
      await answer(1);
      assert.equal((await lab.until(second)).text(), "1");
      assert.deepEqual(lab.take(hands[0]!), []);
      assert.equal(hands.length, 2);
    });

    it(`RFC 8323 §10.1: an Alternative-Address is not followed (${name})`, async () => {
      const lab = new ConnectionLab({ framing });
      const hands = lab.listen();
      const elsewhere = lab.network.listen("fd00::5", 5683);
      const first = lab.endpoint.client.get(lab.uri("a")).catch((error: unknown) => error);
      await lab.advance(10);
      // Option 2 of 13 + 1 bytes.
      const alternative = `2d01${toHex(encodeUtf8("[fd00::5]:5683"))}`;
      await lab.ask(hands[0]!, lab.frame(CSM), lab.frame(RELEASE, "", alternative));
      hands[0]!.channel.close();
      await lab.until(first);
      void lab.endpoint.client.get(lab.uri("a")).catch(() => undefined);
      await lab.advance(10);
      assert.deepEqual([hands.length, elsewhere.length], [2, 0]);
      lab.endpoint.close();
    });

    it(`RFC 8323 §5.5: Hold-Off: no new connection for so many seconds (${name})`, async () => {
      const lab = new ConnectionLab({ framing });
      const hands = lab.listen();
      const first = lab.endpoint.client.get(lab.uri("a")).catch((error: unknown) => error);
      await lab.advance(10);
      await lab.ask(hands[0]!, lab.frame(CSM), lab.frame(RELEASE, "", "4105"));
      hands[0]!.channel.close();
      assert.ok((await lab.until(first)) instanceof DisconnectedError);
      void lab.endpoint.client.get(lab.uri("a")).catch(() => undefined);
      await lab.advance(4900);
      assert.equal(hands.length, 1);
      await lab.advance(200);
      void lab.endpoint.client.get(lab.uri("a")).catch(() => undefined);
      await lab.advance(100);
      assert.equal(hands.length, 2);
      lab.endpoint.close();
    });

    it(`RFC 8323 §5.5: maxHoldOffMs: no longer than that, whatever Hold-Off asks for (${name})`, async () => {
      // 5 s, 6 s and half a year.
      for (const holdOff of ["4105", "4106", "43ffffff"]) {
        const lab = new ConnectionLab({ framing, connections: { maxHoldOffMs: 5000 } });
        const hands = lab.listen();
        const first = lab.endpoint.client.get(lab.uri("a")).catch((error: unknown) => error);
        await lab.advance(10);
        await lab.ask(hands[0]!, lab.frame(CSM), lab.frame(RELEASE, "", holdOff));
        hands[0]!.channel.close();
        await lab.until(first);
        await lab.advance(4900);
        await assert.rejects(lab.endpoint.client.get(lab.uri("a")), RefusedError, "for another 1 s");
        await lab.advance(200);
        void lab.endpoint.client.get(lab.uri("a")).catch(() => undefined);
        await lab.advance(100);
        assert.equal(hands.length, 2);
        lab.endpoint.close();
      }
    });

    it(`RFC 8323 §5.5: who has sent a Release sends no more requests on that connection (${name})`, async () => {
      const lab = new ConnectionLab({ framing, connections: { connections: 1 } });
      const hands = lab.listen();
      const first = lab.endpoint.client.get(lab.uri("a"));
      await lab.advance(10);
      const heard = await lab.ask(hands[0]!, lab.frame(CSM));
      hands[0]!.send(lab.frame(CONTENT, heard.find(({ code }) => code === GET)!.token, "ff31"));
      await lab.until(first);
      await lab.advance(10);
      lab.take(hands[0]!);
      // There is room for one connection: the idle one is asked to go.
      await lab.connect();
      assert.deepEqual(
        lab.take(hands[0]!).map(({ code }) => code),
        [RELEASE],
      );
      void lab.endpoint.client.get(lab.uri("a")).catch(() => undefined);
      await lab.advance(50);
      assert.deepEqual(
        lab.take(hands[0]!).filter(({ code }) => code === GET),
        [],
      );
      lab.endpoint.close();
    });

    it(`RFC 8323 §5.6: an Abort of the peer fails what is under way and says why (${name})`, async () => {
      const lab = new ConnectionLab({ framing });
      const hands = lab.listen();
      const request = lab.endpoint.client.get(lab.uri("a")).catch((error: unknown) => error);
      await lab.advance(10);
      await lab.ask(hands[0]!, lab.frame(CSM));
      hands[0]!.send(lab.frame(ABORT, "", "ff6e6f20706f776572"));
      const error = await lab.until(request);
      assert.ok(error instanceof DisconnectedError, String(error));
      assert.ok(error.message.includes("no power"), error.message);
    });
  });
