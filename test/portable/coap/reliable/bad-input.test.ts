import { toHex } from "../../../../src/bytes/hex.js";
import { encodeUtf8 } from "../../../../src/bytes/utf8.js";
import { DEFAULT_CONNECTION_LIMITS } from "../../../../src/coap/reliable/connection-limits.js";
import { DEFAULT_LIMITS } from "../../../../src/coap/limits.js";
import { changed, text } from "../../../../src/coap/server/response.js";
import type { Framing } from "../../../../src/coap/transport/channel.js";
import { SeededRandom, assert, describe, it } from "../../../portable.js";
import { spoil } from "../spoilt-messages.js";
import { ABORT, CONTENT, CSM, ConnectionLab, GET, frame } from "./connection-lab.js";
import type { Hand } from "./virtual-channels.js";

const MAX = DEFAULT_LIMITS.maxMessageBytes;

/** Uri-Path "a". */
const A = "b161";

/** A GET of /a whose payload makes it `bytes` long. */
function request(framing: Framing, bytes: number): string {
  const header = framing === "message" ? 3 : 5;
  return frame(framing, GET, "42", `${A}ff${"00".repeat(bytes - header - 3)}`);
}

/** Whether another connection is served. */
async function isServed(lab: ConnectionLab, honest: Hand): Promise<boolean> {
  const [answer] = await lab.ask(honest, lab.frame(GET, "77", A));
  return honest.ended === undefined && answer?.code === CONTENT && answer.token === "77";
}

/** Code of PUT as it is on the wire. */
const PUT = "03";

type Case = readonly [title: string, bytes: string];

/** What is wrong in a message is the same over both; `rest` stands behind code and token of a GET. */
function spoiltRests(framing: Framing): Case[] {
  const cases: Case[] = [
    ["a payload marker without a payload", `${A} ff`],
    ["an option delta of 15", "f0"],
    ["an option length of 15", "bf"],
    ["an option longer than the rest", "b5 61"],
    ["an extended delta that is cut off", "e0 00"],
    ["an extended length that is cut off", "bd"],
    ["an option number above 65535", "e0 fef2 e0 fef2"],
  ];
  return cases.map(([title, rest]) => [title, frame(framing, GET, "42", rest)]);
}

const REFUSED: readonly (readonly [name: string, framing: Framing, cases: readonly Case[]])[] = [
  [
    "TCP",
    "length",
    [
      ...spoiltRests("length"),
      ["the token length 15, which is reserved", "0f"],
      ["a code of the reserved class 1", "0020"],
      ["a code of the reserved class 6", "00c0"],
      [
        "a message one byte over Max-Message-Size, as soon as that is known",
        request("length", MAX + 1).slice(0, 8),
      ],
      ["a message one byte over Max-Message-Size", request("length", MAX + 1)],
      ["a message of 4 GiB", "f1 ffffffff 01"],
      ["a token of 65,804 bytes", "0e 01 ffff"],
    ],
  ],
  [
    "WebSockets",
    "message",
    [
      ...spoiltRests("message"),
      ["no byte", ""],
      ["one byte", "00"],
      ["a Len other than 0", `210142${A}`],
      ["the token length 15, which is reserved", "0f01"],
      ["a token longer than the rest", "0401 4242"],
      ["an extended token length that is cut off", "0e01 00"],
      ["a code of the reserved class 1", "0020"],
      ["a code of the reserved class 6", "00c0"],
      ["a message one byte over Max-Message-Size", request("message", MAX + 1)],
      ["the second half of a message", "42b161"],
    ],
  ],
];

for (const [name, framing, cases] of REFUSED)
  describe(`bad input over ${name}`, () => {
    for (const [title, bytes] of cases)
      it(`RFC 8323 §5.6: ${title}: an Abort that says why, nothing more is heard, others are served`, async () => {
        const lab = new ConnectionLab({ framing });
        const [bad, honest] = [await lab.greet(), await lab.greet()];
        const heard = await lab.ask(bad, bytes, lab.frame(GET, "43", A));
        assert.deepEqual(
          heard.map(({ code }) => code),
          [ABORT],
        );
        assert.ok(heard[0]!.rest.length > 2 && heard[0]!.rest.startsWith("ff"), "a diagnostic payload");
        assert.equal(bad.ended, "closed");
        assert.ok(await isServed(lab, honest));
      });

    it("RFC 8323 §5.3.1: a message of Max-Message-Size is taken", async () => {
      const lab = new ConnectionLab({ framing });
      const [answer] = await lab.ask(await lab.greet(), request(framing, MAX));
      assert.equal(answer!.code, CONTENT);
    });

    it("RFC 8974 §2.1: a token of 12 bytes is one", async () => {
      const lab = new ConnectionLab({ framing });
      const token = "0102030405060708090a0b0c";
      const [answer] = await lab.ask(await lab.greet(), lab.frame(GET, token, A));
      assert.deepEqual([answer!.code, answer!.token], [CONTENT, token]);
    });

    it("many requests in one go are all answered", async () => {
      const lab = new ConnectionLab({ framing });
      const hand = await lab.greet();
      const requests = Array.from({ length: 6 }, (_, index) => lab.frame(GET, `0${index}`, A));
      const heard = await lab.ask(hand, ...(framing === "length" ? [requests.join("")] : requests));
      assert.deepEqual(
        heard.map(({ token }) => token),
        ["00", "01", "02", "03", "04", "05"],
      );
    });

    it("spoilt messages of any kind: others are served, and no handler is disturbed", async () => {
      const random = new SeededRandom(5);
      const lab = new ConnectionLab({ framing });
      const honest = await lab.greet();
      for (let round = 0; round < 40; round += 1) {
        const bad = await lab.greet();
        for (let message = 0; message < 3; message += 1)
          bad.send(spoil(random, lab.frame(GET, "42", `${A} ff313233`)));
        await lab.advance(5);
        bad.channel.close();
        // Until what was kept for it is gone: the arena of a device is small.
        await lab.advance(2000);
        if (round % 10 === 0) assert.ok(await isServed(lab, honest), `round ${round}`);
      }
      assert.ok(await isServed(lab, honest));
      assert.equal(lab.endpoint.counters.handlerErrors, 0);
    });

    it("connections: silent ones give way to those who ask", async () => {
      const connections = 4;
      const lab = new ConnectionLab({ framing, connections: { connections } });
      const honest = await lab.greet();
      const silent: Hand[] = [];
      for (let count = 0; count < 3 * connections; count += 1) silent.push(await lab.connect());
      assert.ok(await isServed(lab, honest), "who was there before");
      const open = silent.filter(({ ended }) => ended === undefined).length;
      await lab.advance(2 * DEFAULT_CONNECTION_LIMITS.csmTimeoutMs + 100);
      // As many as the limit, and as many that were asked to go and have not gone yet.
      assert.equal(open, 2 * connections - 1);
      assert.deepEqual(
        silent.filter(({ ended }) => ended === undefined),
        [],
      );
      assert.ok(await isServed(lab, await lab.greet()), "who came afterwards");
    });

    it("RFC 8323 §5.3.1: a peer that takes only short messages gets no longer one, others are served", async () => {
      for (let limit = 0; limit <= 40; limit += 5) {
        const lab = new ConnectionLab({ framing });
        lab.site.add("long", { get: () => text("x".repeat(100)) });
        const [bad, honest] = [await lab.greet(), await lab.greet()];
        const maxMessageSize = `21${limit.toString(16).padStart(2, "0")}`;
        bad.send(lab.frame(CSM, "", maxMessageSize));
        bad.send(lab.frame(GET, "42", "b46c6f6e67"));
        bad.send(lab.frame(GET, "43", "b46e6f6e65"));
        await lab.advance(10);
        const longest = Math.max(0, ...lab.take(bad).map(({ rest }) => rest.length / 2));
        assert.ok(longest <= limit, `${longest} bytes behind the token for a limit of ${limit}`);
        assert.ok(await isServed(lab, honest), `limit ${limit}`);
        assert.equal(lab.endpoint.counters.handlerErrors, 0);
      }
    });

    it("RFC 8323 §5.3.1: an observer that takes next to nothing all at once: others are served, nothing is thrown", async () => {
      const lab = new ConnectionLab({ framing });
      let count = 0;
      const resource = lab.site.add("n", { get: () => text(`state ${count}`), observable: true });
      const [bad, honest] = [await lab.greet(), await lab.greet()];
      for (const hand of [bad, honest]) await lab.ask(hand, lab.frame(GET, "42", "60 516e"));
      bad.send(lab.frame(CSM, "", "20"));
      await lab.advance(10);
      for (count = 1; count <= 3; count += 1) {
        resource.notify();
        await lab.advance(10);
        assert.equal(lab.take(honest).length, 1);
      }
      assert.ok(lab.take(bad).every(({ code }) => code !== CONTENT));
      assert.ok(await isServed(lab, honest));
      assert.equal(lab.endpoint.counters.handlerErrors, 0);
    });

    it("connections: peers that send garbage and never read the Abort: so many are kept for a while, and no more", async () => {
      const connections = 4;
      const lab = new ConnectionLab({ framing, connections: { connections } });
      const honest = await lab.greet();
      const bad: Hand[] = [];
      for (let count = 0; count < 5 * connections; count += 1) {
        const hand = await lab.greet();
        hand.channel.pause();
        hand.send("0f");
        bad.push(hand);
        await lab.advance(10);
      }
      assert.equal(bad.filter(({ ended }) => ended === undefined).length, connections);
      await lab.advance(DEFAULT_CONNECTION_LIMITS.stallTimeoutMs);
      assert.equal(bad.filter(({ ended }) => ended === undefined).length, 0);
      assert.ok(await isServed(lab, honest));
    });

    it("maxUnsentBytes: who asks and does not read is not read any more, and dropped in time", async () => {
      const { stallTimeoutMs, maxUnsentBytes } = DEFAULT_CONNECTION_LIMITS;
      const lab = new ConnectionLab({ framing });
      lab.site.add("long", { get: () => text("x".repeat(800)) });
      const [greedy, honest] = [await lab.greet(), await lab.greet()];
      greedy.channel.pause();
      const asked = 40;
      for (let count = 0; count < asked; count += 1) greedy.send(lab.frame(GET, "42", "b46c6f6e67"));
      await lab.advance(100);
      // What waits for it is in its own end, as the virtual network has no bound of its own.
      assert.ok(
        greedy.channel.unreadBytes <= maxUnsentBytes + MAX,
        `${greedy.channel.unreadBytes} bytes wait`,
      );
      assert.ok(greedy.channel.unsentBytes > 0, "its requests wait at its side");
      assert.ok(await isServed(lab, honest));
      await lab.advance(stallTimeoutMs - 500);
      assert.equal(greedy.ended, undefined);
      await lab.advance(1000);
      assert.equal(greedy.ended, "aborted");
      assert.ok(await isServed(lab, honest));
    });

    it("maxUnsentBytes: who reads late gets every answer", async () => {
      const lab = new ConnectionLab({ framing });
      lab.site.add("long", { get: () => text("x".repeat(400)) });
      const late = await lab.greet();
      late.channel.pause();
      for (let count = 0; count < 16; count += 1)
        late.send(lab.frame(GET, count.toString(16).padStart(2, "0"), "b46c6f6e67"));
      await lab.advance(1000);
      late.channel.resume();
      await lab.advance(1000);
      const heard = lab.take(late);
      assert.deepEqual(
        heard.map(({ token }) => Number.parseInt(token, 16)),
        Array.from({ length: 16 }, (_, index) => index),
      );
      assert.equal(late.ended, undefined);
    });
  });

describe("slow and cut streams over TCP", () => {
  const whole = frame("length", GET, "42", `${A} ff${"31".repeat(20)}`);

  it("RFC 8323 §3.2: a message may come in any two pieces", async () => {
    const lab = new ConnectionLab();
    const hand = await lab.greet();
    for (let cut = 2; cut < whole.length; cut += 2) {
      const heard = await lab.ask(hand, whole.slice(0, cut), whole.slice(cut));
      assert.deepEqual(
        heard.map(({ code, token }) => [code, token]),
        [[CONTENT, "42"]],
        `cut at ${cut / 2}`,
      );
    }
  });

  it("RFC 8323 §3.2: messages may come byte by byte", async () => {
    const lab = new ConnectionLab();
    const hand = await lab.greet();
    const heard = await lab.ask(hand, ...(`${whole}0000${whole}`.match(/../gu) ?? []));
    assert.deepEqual(
      heard.map(({ code }) => code),
      [CONTENT, CONTENT],
    );
  });

  for (const [title, everyMs] of [
    ["one byte, then nothing", 10 * DEFAULT_CONNECTION_LIMITS.partialMessageTimeoutMs],
    ["a byte a second", 1000],
    ["a byte a minute", 60_000],
  ] as const)
    it(`partialMessageTimeoutMs: ${title}: an Abort in time, others are served meanwhile`, async () => {
      const limitMs = DEFAULT_CONNECTION_LIMITS.partialMessageTimeoutMs;
      const lab = new ConnectionLab();
      const [slow, honest] = [await lab.greet(), await lab.greet()];
      const long = request("length", 500);
      let sent = 0;
      const step = (): void => {
        if (slow.ended !== undefined) return;
        slow.send(long.slice(2 * sent, 2 * sent + 2));
        sent += 1;
        lab.world.time.set(step, everyMs);
      };
      step();
      await lab.advance(limitMs - 100);
      assert.equal(slow.ended, undefined);
      assert.equal(slow.take(), "");
      assert.ok(await isServed(lab, honest));
      await lab.advance(200);
      assert.deepEqual(
        lab.take(slow).map(({ code }) => code),
        [ABORT],
      );
      assert.equal(slow.ended, "closed");
      assert.ok(await isServed(lab, honest));
    });

  it("partialMessageTimeoutMs: counts for each message, not for the connection", async () => {
    const limitMs = DEFAULT_CONNECTION_LIMITS.partialMessageTimeoutMs;
    const lab = new ConnectionLab();
    const hand = await lab.greet();
    for (let count = 0; count < 3; count += 1) {
      hand.send(whole.slice(0, 10));
      await lab.advance(limitMs - 100);
      const heard = await lab.ask(hand, whole.slice(10));
      assert.deepEqual(
        heard.map(({ code }) => code),
        [CONTENT],
      );
    }
  });

  it("a stream that ends within a message: nothing is asked, nothing is answered", async () => {
    let asked = 0;
    const lab = new ConnectionLab();
    lab.site.add("b", {
      get: () => {
        asked += 1;
        return text("");
      },
    });
    const honest = await lab.greet();
    const asking = lab.frame(GET, "42", "b162");
    for (let cut = 2; cut < asking.length; cut += 2) {
      const hand = await lab.greet();
      hand.send(asking.slice(0, cut));
      hand.channel.close();
      await lab.advance(10);
      assert.equal(hand.take(), "");
    }
    assert.equal(asked, 0);
    assert.ok(await isServed(lab, honest));
  });

  it("random bytes: an Abort or patience, and others are served", async () => {
    const random = new SeededRandom(11);
    const lab = new ConnectionLab();
    const honest = await lab.greet();
    for (let round = 0; round < 40; round += 1) {
      const bad = await lab.greet();
      const bytes = new Uint8Array(random.integer(1, 200));
      random.fill(bytes);
      bad.send(toHex(bytes));
      await lab.advance(5);
      bad.channel.close();
      await lab.advance(2000);
      if (round % 10 === 0) assert.ok(await isServed(lab, honest), `round ${round}`);
    }
    assert.ok(await isServed(lab, honest));
    assert.deepEqual(lab.endpoint.counters.handlerErrors, 0);
  });
});

describe("bad input of browsers", () => {
  it("RFC 8323 §3.3: HTTP on a port of TCP is no CSM: nothing of it is taken for a request", async () => {
    // A web page may have its browser POST anything to any port.
    for (const method of ["POST", "PUT", "GET", "HEAD", "OPTIONS"]) {
      const lab = new ConnectionLab();
      let acted = 0;
      const put = (): ReturnType<typeof changed> => {
        acted += 1;
        return changed();
      };
      lab.site.add("b", { put });
      const head = toHex(encodeUtf8(`${method} / HTTP/1.1\r\nHost: a\r\n\r\n`));
      const bad = await lab.connect();
      const heard = await lab.ask(bad, head + lab.frame(CSM) + lab.frame(PUT, "42", "b162"));
      assert.deepEqual([heard.at(-1)!.code, bad.ended, acted], [ABORT, "closed", 0], method);
    }
  });
});
