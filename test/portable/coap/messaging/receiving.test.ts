import { changed, text } from "../../../../src/coap/server/response.js";
import { RequestError } from "../../../../src/coap/server/request-error.js";
import { FORBIDDEN } from "../../../../src/coap/codec/code.js";
import { assert, describe, it } from "../../../portable.js";
import { Lab, LOCAL, messageId } from "../wire.js";

/** 2.05 "hi" behind the token: Content-Format 0 (option 12), marker, text. */
const HI = "c0 ff 6869".replaceAll(" ", "");

function lab(): Lab {
  const made = new Lab();
  made.site.add("a", { get: () => text("hi") });
  return made;
}

/** One whose resource /s answers after `ms`. */
function slow(ms: number): Lab {
  const made = new Lab();
  const later = (): Promise<ReturnType<typeof text>> =>
    new Promise((resolve) => void made.world.time.set(() => resolve(text("hi")), ms));
  made.site.add("s", { get: later, post: later });
  return made;
}

describe("message layer, receiving", () => {
  it("RFC 7252 §5.2.1: a piggybacked response has the message ID and token of the request", async () => {
    const { wire } = lab();
    assert.deepEqual(await wire.ask("42 01 1234 aabb b1 61"), [`62451234aabb${HI}`]);
    assert.deepEqual(await wire.ask("40 01 0000 b1 61"), [`60450000${HI}`]);
    assert.deepEqual(await wire.ask("48 01 ffff 0102030405060708 b1 61"), [`6845ffff0102030405060708${HI}`]);
  });

  it("RFC 7252 §5.2.3: a Non-confirmable request gets a Non-confirmable response with a message ID of its own", async () => {
    const { wire } = lab();
    const [first, ...none] = await wire.ask("51 01 1234 aa b1 61");
    const [second] = await wire.ask("51 01 1235 bb b1 61");
    assert.equal(none.length, 0);
    assert.equal(first, `5145${messageId(first!)}aa${HI}`);
    assert.equal(parseInt(messageId(second!), 16), (parseInt(messageId(first!), 16) + 1) & 0xffff);
  });

  it("RFC 7252 §5.2.2: a late answer is acknowledged first and comes in a Confirmable message", async () => {
    const { wire, world } = slow(600);
    wire.send("42 01 1234 aabb b1 73");
    await world.time.advance(498);
    assert.deepEqual(wire.take(), []);
    await world.time.advance(10);
    assert.deepEqual(wire.take(), ["60001234"]);
    await world.time.advance(100);
    const [separate] = wire.take();
    assert.equal(separate, `4245${messageId(separate!)}aabb${HI}`);
    assert.deepEqual(await wire.ask(`6000${messageId(separate!)}`, 100_000), []);
  });

  it("RFC 7252 §4.2: a separate response is sent again, the same, until it is acknowledged", async () => {
    const { wire, world } = slow(600);
    wire.send("42 01 1234 aabb b1 73");
    await world.time.advance(10_000);
    const [acknowledgement, first, second] = wire.take();
    assert.equal(acknowledgement, "60001234");
    assert.equal(second, first);
    assert.deepEqual(await wire.ask(`6000${messageId(first!)}`, 100_000), []);
  });

  it("RFC 7252 §4.2: a Reset ends a separate response", async () => {
    const { wire } = slow(600);
    const [, separate] = await wire.ask("42 01 1234 aabb b1 73", 700);
    assert.deepEqual(await wire.ask(`7000${messageId(separate!)}`, 100_000), []);
  });

  it("RFC 7252 §5.2.2: an acknowledgement ends a separate response whatever it carries", async () => {
    // The token of the request, another one, and none.
    for (const [head, rest] of [
      ["6245", "aabb ff 31"],
      ["6245", "0000 ff 31"],
      ["6084", ""],
    ] as const) {
      const { wire } = slow(600);
      const [, separate] = await wire.ask("42 01 1234 aabb b1 73", 700);
      assert.deepEqual(await wire.ask(`${head}${messageId(separate!)} ${rest}`, 100_000), []);
    }
  });

  it("RFC 7252 §4.2, §5.2.2: a duplicate is acknowledged, and no more, though the response was acknowledged", async () => {
    const { wire } = slow(600);
    const [, separate] = await wire.ask("42 02 1234 aabb b1 73", 700);
    await wire.ask(`6000${messageId(separate!)}`);
    assert.deepEqual(await wire.ask("42 02 1234 aabb b1 73", 5000), ["60001234"]);
  });

  it("RFC 7252 §4.5: a duplicate of a request in work is not worked on again", async () => {
    const { wire, endpoint } = slow(1000);
    assert.deepEqual(await wire.ask("42 01 1234 aabb b1 73"), []);
    assert.deepEqual(await wire.ask("42 01 1234 aabb b1 73", 580), ["60001234"]);
    assert.deepEqual(await wire.ask("42 01 1234 aabb b1 73"), ["60001234"]);
    const answers = await wire.ask("42 01 1234 aabb b1 73", 500);
    assert.equal(answers.length, 2, "the acknowledgement again, and one response");
    assert.equal(endpoint.counters.duplicates, 3);
  });

  it("RFC 7252 §4.3: a ping is answered with a Reset", async () => {
    const { wire } = lab();
    assert.deepEqual(await wire.ask("40 00 1234"), ["70001234"]);
    assert.deepEqual(await wire.ask("50 00 1235"), ["70001235"]);
  });

  it("RFC 7252 §4.2: reserved classes 1, 6 and 7 are rejected", async () => {
    const { wire } = lab();
    for (const code of ["20", "3f", "c0", "e1", "ff"])
      assert.deepEqual(await wire.ask(`41 ${code} 1234 aa`), ["70001234"]);
  });

  it("RFC 7252 §4.3: Non-confirmable messages of a reserved class, or malformed, get a Reset and nothing else", async () => {
    const { wire } = lab();
    for (const message of ["51 20 1234 aa", "51 e1 1234 aa", "50 01 1234 ff", "59 01 1234"])
      assert.deepEqual(await wire.ask(message, 1000), ["70001234"]);
  });

  it("RFC 7252 §4.2: a Confirmable response that nobody waits for is rejected", async () => {
    const { wire, endpoint } = lab();
    for (const code of ["45", "60", "84", "a0"])
      assert.deepEqual(await wire.ask(`41 ${code} 1234 aa ff 31`), ["70001234"]);
    assert.equal(endpoint.counters.unmatched, 4);
  });

  it("RFC 7252 §4.2: acknowledgements and Resets that match nothing are ignored, malformed ones too", async () => {
    const { wire, endpoint } = lab();
    await wire.ask("40 01 0001 b1 61");
    for (const message of [
      "60 00 1234",
      "70 00 1234",
      "61 45 1234 aa ff 31",
      "60 01 1234",
      "70 45 1234",
      "60 e1 1234",
    ])
      assert.deepEqual(await wire.ask(message), []);
    assert.equal(endpoint.counters.unmatched, 6);
    for (const malformed of ["60 45 1234 ff", "7f 00 1234", "60 00 1234 00"])
      assert.deepEqual(await wire.ask(malformed), []);
    assert.equal(endpoint.counters.malformed, 3);
  });

  it("RFC 7252 §4.2: a Confirmable message with a format error is rejected", async () => {
    const { wire, endpoint } = lab();
    const malformed = [
      "4f 01 1234 010203040506070809",
      "40 01 1234 ff",
      "40 00 1234 00",
      "40 01 1234 0f",
      "42 01 1234 aa",
    ];
    for (const message of malformed) assert.deepEqual(await wire.ask(message), ["70001234"]);
    assert.equal(endpoint.counters.malformed, malformed.length);
  });

  it("RFC 7252 §3: another version, or less than a header, is ignored in silence", async () => {
    const { wire, endpoint } = lab();
    for (const message of ["", "40", "400112", "00 01 1234", "80 01 1234", "c0 01 1234"])
      assert.deepEqual(await wire.ask(message), []);
    assert.deepEqual([endpoint.counters.notCoap, endpoint.counters.received], [6, 6]);
  });

  it("RFC 7252 §5.4.1: a Confirmable request with an unknown critical option gets 4.02 with a diagnostic", async () => {
    const { wire } = lab();
    // Option 9 (OSCORE) comes before Uri-Path, option 65001 behind it.
    for (const request of ["41 01 1234 aa 90 21 61", "41 01 1234 aa b1 61 e0 fcd1"]) {
      const [answer] = await wire.ask(request);
      assert.equal(answer!.slice(0, 12), "61821234aaff");
      assert.ok(answer!.length > 20, "it says which one");
    }
  });

  it("RFC 7252 §5.4.1: a Non-confirmable request with one is rejected", async () => {
    const { wire } = lab();
    assert.deepEqual(await wire.ask("51 01 1234 aa 90 21 61"), ["70001234"]);
  });

  it("RFC 7252 §5.4.1: unknown elective options are ignored", async () => {
    const { wire } = lab();
    assert.deepEqual(await wire.ask("41 01 1234 aa 21 05 91 61 e1 fcbe 00"), [`61451234aa${HI}`]);
  });

  it("RFC 7252 §5.4.3, §5.4.5: a critical option of a wrong length, or twice, counts as unknown", async () => {
    const { wire } = lab();
    // Uri-Host (3) of no bytes; Uri-Port (7) of 3 bytes; Accept (17) twice; If-None-Match (5) with a value.
    for (const options of ["30 81 61", "73 000001 41 61", "b1 61 60 00", "51 01 61 61"]) {
      const [answer] = await wire.ask(`41 01 1234 aa ${options}`);
      assert.equal(answer!.slice(0, 12), "61821234aaff");
    }
  });

  it("RFC 7252 §5.4: a critical option that requests do not have counts as unknown there", async () => {
    const made = lab();
    made.site.add("p", { put: () => changed() });
    // EDHOC (21) and OSCORE (9), which nobody here handles.
    for (const options of ["b1 70 a0", "90 21 70"])
      assert.equal((await made.wire.ask(`40 03 0001 ${options}`))[0]!.slice(0, 4), "6082");
  });

  it("RFC 7252 §5.7.2: a request for a proxy gets 5.05", async () => {
    const { wire } = lab();
    // Proxy-Uri (35), then Proxy-Scheme (39), in Confirmable and Non-confirmable requests.
    for (const [type, answered] of [
      ["4", "6"],
      ["5", "5"],
    ] as const)
      // And the former behind Uri-Path, and behind Uri-Host, Uri-Port, Uri-Path and Uri-Query, which say something else.
      for (const option of ["d1 16 61", "d1 1a 61", "b1 61 d1 0b 61", "31 78 41 50 41 61 41 71 d1 07 61"]) {
        const [answer] = await wire.ask(`${type}1 01 1234 aa ${option}`);
        assert.equal(answer!.slice(0, 4), `${answered}1a5`);
      }
  });

  it("RFC 7252 §5.8: an unknown method gets 4.05", async () => {
    const { wire } = lab();
    for (const method of ["08", "1f", "02"]) {
      const [answer] = await wire.ask(`41 ${method} 1234 aa b1 61`);
      assert.equal(answer!.slice(0, 10), "61851234aa");
    }
  });

  it("answers what a handler refuses, and survives what it throws or returns", async () => {
    const made = lab();
    const { wire, site, endpoint } = made;
    site.add("r", {
      get: () => {
        throw new RequestError(FORBIDDEN, "no");
      },
    });
    site.add("t", {
      get: () => {
        throw new Error("boom");
      },
      post: () => Promise.reject(new Error("boom")),
      put: () => undefined as never,
      delete: () => changed({ maxAge: -1 }),
    });
    assert.deepEqual(await wire.ask("40 01 0001 b1 72"), ["60830001ff6e6f"]);
    for (const method of ["01", "02", "03", "04"])
      assert.deepEqual(await wire.ask(`40 ${method} 00${method} b1 74`), [`60a000${method}`]);
    assert.equal(endpoint.counters.handlerErrors, 4);
    assert.equal(made.host.lines.length, 4);
    assert.deepEqual(await wire.ask("40 01 0005 b1 61"), [`60450005${HI}`]);
  });

  it("RFC 7252 §8.1, §8.2: a request to a group is answered late, by those who have something to say", async () => {
    const { wire, endpoint, world } = lab();
    endpoint.joinGroup("ff02::fd");
    const group = { address: "ff02::fd", port: 5683 };
    wire.send("51 01 1234 aa b1 61", group);
    wire.send("51 01 1234 aa b1 61", group);
    await world.time.advance(5010);
    const [answer, ...none] = wire.take();
    assert.equal(answer, `5145${messageId(answer!)}aa${HI}`);
    assert.equal(none.length, 0, "the duplicate");
    // Not found; bad option; a format error; a ping; Confirmable although to a group.
    for (const message of [
      "51 01 1235 aa b1 7a",
      "51 01 1236 aa 90",
      "51 01 1237 aa ff",
      "50 00 1238",
      "40 00 1239",
      "41 01 1240 aa b1 61",
    ])
      wire.send(message, group);
    await world.time.advance(10_000);
    assert.deepEqual(wire.take(), []);
  });

  it("spreads answers to a group over DEFAULT_LEISURE", async () => {
    const times: number[] = [];
    for (let seed = 1; seed <= 12; seed += 1) {
      const made = new Lab({ seed });
      made.site.add("a", { get: () => text("hi") });
      made.endpoint.joinGroup("ff02::fd");
      made.wire.send("51 01 1234 aa b1 61", { address: "ff02::fd", port: 5683 });
      await made.advance(6000);
      times.push(made.wire.heard[0]!.atMs);
    }
    assert.ok(Math.min(...times) < 2000 && Math.max(...times) > 3000, times.join());
    assert.ok(Math.max(...times) <= 5003);
  });

  it("says where it listens", () => {
    const { endpoint } = lab();
    assert.equal(endpoint.port, 5683);
    assert.equal(LOCAL, "fd00::1");
  });
});
