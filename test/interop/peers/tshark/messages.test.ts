import assert from "node:assert/strict";
import { nodePlatform } from "../../../../hosts/node/index.js";
import { toHex } from "../../../../src/bytes/hex.js";
import { encodeUtf8 } from "../../../../src/bytes/utf8.js";
import type { Client } from "../../../../src/coap/client/client.js";
import { codeClass } from "../../../../src/coap/codec/code.js";
import { JSON_FORMAT, LINK_FORMAT } from "../../../../src/coap/codec/content-format.js";
import {
  BLOCK1,
  BLOCK2,
  ECHO,
  ETAG,
  IF_MATCH,
  LOCATION_PATH,
  MAX_AGE,
  OBSERVE,
  REQUEST_TAG,
  SIZE1,
  URI_HOST,
  URI_PATH,
  URI_QUERY,
} from "../../../../src/coap/codec/option-number.js";
import { Options } from "../../../../src/coap/codec/options.js";
import { DefaultAmplificationPolicy } from "../../../../src/coap/messaging/amplification.js";
import type { Peer } from "../../../../src/coap/messaging/peer.js";
import { RandomSource } from "../../../../src/coap/messaging/random-source.js";
import type { EndpointOptions } from "../../../../src/coap/endpoint.js";
import { bodyOf } from "../../ours/bodies.js";
import { withEndpoint } from "../../ours/endpoints.js";
import type { RecordedMessage } from "../../ours/recorder.js";
import { LARGE_BYTES, SampleSite } from "../../ours/sample-site.js";
import { dissect, type Dissection } from "./tshark.js";

/** Options of RFC 9175, which tshark 4.0 does not know yet and counts as errors of their own. */
const UNKNOWN_TO_TSHARK: readonly number[] = [ECHO, REQUEST_TAG];

const FIELDS = [
  "_ws.malformed",
  "_ws.expert.message",
  "coap.type",
  "coap.code",
  "coap.mid",
  "coap.token",
  "coap.payload_length",
  "coap.response_to",
  "coap.opt.desc",
  "coap.opt.ctype",
  "coap.opt.accept",
  "coap.opt.unknown",
  "coap.opt.uri_path_recon",
  "coap.opt.uri_host",
  "coap.opt.uri_path",
  "coap.opt.uri_query",
  "coap.opt.location_path",
  "coap.opt.observe",
  "coap.opt.max_age",
  "coap.opt.size1",
  "coap.opt.etag",
  "coap.opt.if_match",
  "coap.opt.block_number",
  "coap.opt.block_mflag",
  "coap.opt.block_size",
] as const;

/** As the default, but peers on this machine are strangers, too. */
class StrictAmplificationPolicy extends DefaultAmplificationPolicy {
  override received(peer: Peer, bytes: number, echo: Uint8Array | undefined): void {
    peer.local = false;
    super.received(peer, bytes, echo);
  }
}

interface Captured {
  readonly message: RecordedMessage;
  readonly decoded: Dissection;
}

/** What our server saw while `use` ran, each message with what tshark makes of it. */
async function capture(
  use: (client: Client, uri: string, sample: SampleSite) => Promise<void>,
  options: EndpointOptions = {},
): Promise<Captured[]> {
  const sample = new SampleSite(() => new Promise((resolve) => setImmediate(resolve)));
  const messages = await withEndpoint(
    { site: sample.site, parameters: { separateAckMs: 0 }, ...options },
    async (server, recorder) => {
      const uri = `coap://[::1]:${server.port}`;
      await withEndpoint({}, ({ client }) => use(client, uri, sample));
      return recorder.messages;
    },
  );
  const decoded = await dissect(messages, FIELDS);
  assert.equal(decoded.length, messages.length);
  return messages.map((message, index) => ({ message, decoded: decoded[index]! }));
}

/** Everything that tshark has a field of its own for. */
function expectedFields({ type, code, messageId, token, options }: RecordedMessage): Dissection {
  const texts = (number: number): string[] => options.strings(number);
  const uints = (number: number): string[] => options.all(number).map(() => String(options.uint(number)));
  // tshark calls an empty value so.
  const opaque = (number: number): string[] =>
    options.all(number).map((value) => toHex(value) || "<MISSING>");
  const blocks = [BLOCK2, BLOCK1].flatMap((number) => options.uint(number) ?? []);
  return {
    "coap.type": [String(type)],
    "coap.code": [String(code)],
    "coap.mid": [String(messageId)],
    "coap.token": token.length === 0 ? [] : [toHex(token)],
    "coap.opt.desc": options.entries().map(({ number }) => `Type ${number}`),
    "coap.opt.unknown": UNKNOWN_TO_TSHARK.flatMap(opaque),
    "coap.opt.uri_host": texts(URI_HOST),
    "coap.opt.uri_path": texts(URI_PATH),
    "coap.opt.uri_query": texts(URI_QUERY),
    "coap.opt.location_path": texts(LOCATION_PATH),
    "coap.opt.observe": uints(OBSERVE),
    "coap.opt.max_age": uints(MAX_AGE),
    "coap.opt.size1": uints(SIZE1),
    "coap.opt.etag": opaque(ETAG),
    "coap.opt.if_match": opaque(IF_MATCH),
    "coap.opt.block_number": blocks.map((value) => String(value >> 4)),
    "coap.opt.block_mflag": blocks.map((value) => String((value >> 3) & 1)),
    "coap.opt.block_size": blocks.map((value) => String(value & 7)),
  };
}

function assertDecodedAsSent(captured: readonly Captured[]): void {
  for (const { message, decoded } of captured) {
    const expected = expectedFields(message);
    for (const [field, values] of Object.entries(expected)) {
      let found = decoded[field] ?? [];
      // "Type 11, Critical, Unsafe"
      if (field === "coap.opt.desc") found = found.map((text) => text.split(",")[0]!);
      // tshark 4.0 puts Size2 into the field of the block size, behind it.
      if (field === "coap.opt.block_size") found = found.slice(0, values.length);
      // A tshark that knows the options of RFC 9175 has names for them.
      if (field === "coap.opt.unknown" && found.length === 0) continue;
      assert.deepEqual(found, values, `${field} of ${toHex(message.bytes)}`);
    }
    const complaints = decoded["_ws.expert.message"] ?? [];
    const unknown = complaints.filter((text) =>
      UNKNOWN_TO_TSHARK.some((number) => text === `Invalid Option Number ${number}`),
    );
    assert.deepEqual(complaints, unknown);
    assert.equal((decoded["_ws.malformed"] ?? []).length, unknown.length, toHex(message.bytes));
  }
}

function fieldOf(captured: readonly Captured[], field: (typeof FIELDS)[number]): (string | undefined)[] {
  return captured.map(({ decoded }) => decoded[field]?.[0]);
}

function requests(captured: readonly Captured[]): Captured[] {
  return captured.filter(({ message: { code } }) => codeClass(code) === 0 && code !== 0);
}

describe("tshark decodes our traffic as it was sent", () => {
  it("RFC 7252 §3: methods, options, errors, NON, separate responses and a ping", async () => {
    const captured = await capture(async (client, uri) => {
      const payload = encodeUtf8("{}");
      const named = new Options().addString(URI_HOST, "example.com");
      await client.get(`${uri}/.well-known/core?rt=sample.*`, { accept: LINK_FORMAT, options: named });
      await client.get(`${uri}/hello?a=%2F&b`, { confirmable: false });
      await client.post(`${uri}/methods`, { payload, contentFormat: JSON_FORMAT });
      for (const method of ["put", "fetch", "patch", "ipatch"] as const)
        await client[method](`${uri}/methods`, { payload, ifMatch: [new Uint8Array(0), bodyOf(8)] });
      await client.delete(`${uri}/methods`, { ifNoneMatch: true });
      await client.get(`${uri}/separate`);
      await client.ping(uri);
      for (const [path, options] of [
        ["/nowhere/else", {}],
        ["/hello", { options: new Options().addEmpty(65_001) }],
      ] as const)
        await assert.rejects(client.get(`${uri}${path}`, options));
      await assert.rejects(client.put(`${uri}/hello`, { payload }));
    });
    // tshark does not know the critical option that it was sent on purpose.
    const known = captured.filter(({ message }) => !message.options.has(65_001));
    assert.equal(known.length, captured.length - 1);
    assertDecodedAsSent(known);
    assert.deepEqual(fieldOf(requests(captured), "coap.opt.uri_path_recon"), [
      "coap://example.com/.well-known/core",
      "/hello",
      ...Array.from({ length: 6 }, () => "/methods"),
      "/separate",
      "/nowhere/else",
      "/hello",
      "/hello",
    ]);
    assert.deepEqual(fieldOf(captured.slice(0, 2), "coap.opt.accept"), [
      "application/link-format",
      undefined,
    ]);
    assert.deepEqual(fieldOf(captured.slice(0, 2), "coap.opt.ctype"), [undefined, "application/link-format"]);
    for (const { message, decoded } of captured)
      assert.equal(decoded["coap.payload_length"]?.[0] ?? "0", String(message.payload.length));
  });

  it("RFC 7959 §2, RFC 9175 §3: bodies in blocks, which tshark puts together, and Request-Tag", async () => {
    const captured = await capture(async (client, uri) => {
      await client.put(`${uri}/store/1`, {
        payload: bodyOf(1000),
        blockSize: 16,
        contentFormat: JSON_FORMAT,
      });
      const { etag } = await client.get(`${uri}/large`, { blockSize: 512 });
      await client.get(`${uri}/large`, { etags: [etag!] });
      await Promise.all(
        [2000, 2001].map((length) =>
          client.put(`${uri}/store/${length}`, { payload: bodyOf(length), blockSize: 1024 }),
        ),
      );
    });
    assertDecodedAsSent(captured);
    const lastBlock = (path: string, option: number): Captured => {
      const ofPath = captured.filter(
        ({ message, decoded }) =>
          decoded["coap.opt.uri_path_recon"]?.[0] === path &&
          ((message.options.uint(option) ?? 8) & 8) === 0 &&
          message.payload.length > 0,
      );
      assert.equal(ofPath.length, 1);
      return ofPath[0]!;
    };
    assert.equal(lastBlock("/store/1", BLOCK1).decoded["coap.payload_length"]?.[0], "1000");
    assert.equal(lastBlock("/large", BLOCK2).decoded["coap.payload_length"]?.[0], String(LARGE_BYTES));
    assert.ok(captured.some(({ message }) => message.options.has(REQUEST_TAG)));
  });

  it("RFC 7641 §2: registration, notifications, cancellation", async () => {
    const captured = await capture(async (client, uri, sample) => {
      const observation = await client.observe(`${uri}/counter`);
      for (let count = 0; count < 3; count += 1) {
        await observation.next();
        sample.count();
      }
      await observation.next();
      await observation.cancel();
    });
    assertDecodedAsSent(captured);
    const observes = fieldOf(captured, "coap.opt.observe").filter((value) => value !== undefined);
    assert.equal(observes.length, 6);
    assert.deepEqual([observes[0], observes[5]], ["0", "1"]);
    const [first, ...others] = observes.slice(1, 5).map(Number);
    assert.deepEqual(
      others.map((value) => value - first!),
      [1, 2, 3],
    );
    assert.deepEqual(new Set(fieldOf(captured, "coap.opt.uri_path_recon")), new Set(["/counter", undefined]));
  });

  it("RFC 9175 §2: Echo, offered and demanded", async () => {
    const { clock, random } = nodePlatform();
    const amplification = new StrictAmplificationPolicy(clock, new RandomSource(random), 3);
    const captured = await capture(
      async (client, uri, sample) => {
        sample.setSeries(120);
        // One notification more would exceed what a stranger gets.
        await client.observe(`${uri}/series`);
        await client.get(`${uri}/large`);
      },
      { amplification },
    );
    assertDecodedAsSent(captured);
    const [demand, proof] = captured.slice(1);
    assert.deepEqual(demand!.decoded["coap.code"], ["129"], "4.01");
    assert.ok(demand!.message.options.has(ECHO));
    assert.deepEqual(proof!.message.options.first(ECHO), demand!.message.options.first(ECHO));
  });
});
