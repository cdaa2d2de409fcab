import { assert, describe, it } from "../../../portable.js";
import { toHex } from "../../../../src/bytes/hex.js";
import { encodeUtf8 } from "../../../../src/bytes/utf8.js";
import { time, type TimeFeature } from "../../../../src/applications/time/feature.js";
import { Lab } from "../../coap/wire.js";

/** 2027-01-15T08:00:00Z: 1800000000 s. */
const NOW = "1a6b49d200";
/** Tag 1: the same. */
const GOOD = `c1${NOW}`;
/** Content-Format 60 and 0. */
const CBOR = "c13c";
const TEXT = "c0";

/** A device whose time server gives the same answer again and again. */
class Scene extends Lab {
  readonly feature: TimeFeature;
  /** Content-Format and payload. */
  said: readonly [format: string, payload: string];

  constructor(said: readonly [format: string, payload: string]) {
    super();
    this.said = said;
    this.wire.answer = (request) => {
      // Not to what the device answers. A piggybacked 2.05 with the message ID and the token of the request.
      if (request[1] !== 1) return undefined;
      const tokenLength = request[0]! & 15;
      const head = toHex(Uint8Array.of(0x60 | tokenLength, 0x45)) + toHex(request.slice(2, 4 + tokenLength));
      return `${head}${this.said[0]}ff${this.said[1]}`;
    };
    this.feature = time({ server: this.uri("time") });
    this.feature.start({ platform: this.host, endpoint: this.endpoint, site: this.site });
  }

  /** Code of the response to GET /time and to GET /time/status. */
  async codes(): Promise<string[]> {
    const codes: string[] = [];
    for (const request of ["40 01 0001 b4 74696d65", "40 01 0002 b4 74696d65 06 737461747573"])
      for (const answer of await this.wire.ask(request))
        if (answer.startsWith("60")) codes.push(answer.slice(2, 4));
    return codes;
  }
}

function text(payload: string): readonly [string, string] {
  return [TEXT, toHex(encodeUtf8(payload))];
}

function cbor(payload: string): readonly [string, string] {
  return [CBOR, payload.replaceAll(" ", "")];
}

function dateTime(payload: string): readonly [string, string] {
  const bytes = encodeUtf8(payload);
  return cbor(`c0 ${toHex(Uint8Array.of(0x60 + bytes.length))} ${toHex(bytes)}`);
}

/** Well-formed, and no time to set a clock by. */
const ABSURD: readonly (readonly [what: string, said: readonly [string, string]])[] = [
  ["an uncertainty of 600,000,000,000 s", cbor(`d903e9 a2 01 ${NOW} 26 1b 0000008bb2c97000`)],
  ["an uncertainty of 100 years", cbor(`d903e9 a2 01 ${NOW} 26 1a bbf81e00`)],
  ["an uncertainty of an hour and a second", cbor(`d903e9 a2 01 ${NOW} 26 19 0e11`)],
  ["an uncertainty of 2^53 - 1 s", cbor(`d903e9 a2 01 ${NOW} 26 1b 001fffffffffffff`)],
  ["an uncertainty of 2^64 - 1 s", cbor(`d903e9 a2 01 ${NOW} 26 1b ffffffffffffffff`)],
  ["an uncertainty below 0", cbor(`d903e9 a2 01 ${NOW} 26 20`)],
  ["an uncertainty of NaN", cbor(`d903e9 a2 01 ${NOW} 26 f97e00`)],
  ["an uncertainty of Infinity", cbor(`d903e9 a2 01 ${NOW} 26 f97c00`)],
  ["an uncertainty of the largest double", cbor(`d903e9 a2 01 ${NOW} 26 fb7fefffffffffffff`)],
  ["a guarantee of 100 years", cbor(`d903e9 a2 01 ${NOW} 27 1a bbf81e00`)],
  [
    "a guarantee of 2^64 - 1 attoseconds that are seconds",
    cbor(`d903e9 a2 01 ${NOW} 27 a1 01 1b ffffffffffffffff`),
  ],
  ["base time 0", cbor("c1 00")],
  ["base time below 0", cbor("c1 20")],
  ["base time -2^64", cbor("c1 3b ffffffffffffffff")],
  ["base time 2^53", cbor("c1 1b 0020000000000000")],
  ["base time 2^64 - 1", cbor("c1 1b ffffffffffffffff")],
  ["base time NaN", cbor("c1 f97e00")],
  ["base time Infinity", cbor("c1 f97c00")],
  ["base time -0", cbor("c1 f98000")],
  ["one second past ECMAScript's last date", cbor("c1 1b 000007dbb821d801")],
  ["2^64 - 1 milliseconds", cbor(`d903e9 a2 01 ${NOW} 22 1b ffffffffffffffff`)],
  ["a decimal fraction that is good to 31 years", cbor("d903e9 a1 04 82 09 02")],
  ["a decimal fraction of 10^18", cbor("d903e9 a1 04 82 12 1b 7fffffffffffffff")],
  ["a bigfloat of 2^64", cbor("d903e9 a1 05 82 18 40 01")],
  ["year 0", dateTime("0000-01-01T00:00:00+23:59")],
  ["year 9999", dateTime("9999-12-31T23:59:60.999Z")],
  ["twelve digits of seconds", text("999999999999")],
  ["no digit", text(" ")],
];

describe("absurd answers of a time server", () => {
  for (const [what, said] of ABSURD)
    it(`${what}: refused, said so in the log, and asked again`, async () => {
      const scene = new Scene(said);
      await scene.advance(20_000);
      const { lines } = scene.host;
      assert.ok(lines.length >= 1);
      for (const line of lines)
        assert.ok(
          line === "time: answer of the server refused (implausible)" ||
            line.startsWith("time: no time from the server (TimeFormatError: "),
          line,
        );
      assert.ok(!scene.feature.clock!.synchronized);
      assert.equal(scene.endpoint.counters.faults, 0);
      // 5.03 for the time, 2.05 for its state.
      assert.deepEqual(await scene.codes(), ["a3", "45"]);
      scene.said = cbor(GOOD);
      await scene.advance(100_000);
      assert.ok(scene.feature.clock!.synchronized);
      assert.ok(lines.some((line) => line.startsWith("time: synchronised: 2027-01-15T08:00:00.")));
    });

  it("MAX_UNCERTAINTY_MS: an hour less a second is taken, and shown", async () => {
    const scene = new Scene(cbor(`d903e9 a2 01 ${NOW} 26 19 0e0f`));
    await scene.advance(1000);
    assert.ok(scene.feature.clock!.synchronized);
    assert.ok(scene.host.lines[0]!.startsWith("time: synchronised: 2027-01-15T08:00:00."));
    assert.deepEqual(await scene.codes(), ["45", "45"]);
  });

  it("after a restart it is the same", async () => {
    const scene = new Scene(ABSURD[0]![1]);
    await scene.advance(1000);
    scene.feature.stop();
    scene.feature.start({ platform: scene.host, endpoint: scene.endpoint, site: scene.site });
    await scene.advance(1000);
    assert.deepEqual(scene.host.lines, [
      "time: answer of the server refused (implausible)",
      "time: answer of the server refused (implausible)",
    ]);
  });
});
