import assert from "node:assert/strict";
import { nodePlatform } from "../../../../hosts/node/index.js";
import { fromHex, toHex } from "../../../../src/bytes/hex.js";
import { encodeUtf8 } from "../../../../src/bytes/utf8.js";
import type { Client } from "../../../../src/coap/client/client.js";
import {
  CHANGED,
  CONTENT,
  CONTINUE,
  CREATED,
  EMPTY,
  FETCH,
  GET,
  NOT_FOUND,
  POST,
  PUT,
} from "../../../../src/coap/codec/code.js";
import { LINK_FORMAT, OCTET_STREAM } from "../../../../src/coap/codec/content-format.js";
import {
  ACCEPT,
  BLOCK1,
  BLOCK2,
  CONTENT_FORMAT,
  ETAG,
  IF_MATCH,
  LOCATION_PATH,
  OBSERVE,
  OSCORE,
  SIZE1,
  SIZE2,
  URI_PATH,
  URI_QUERY,
} from "../../../../src/coap/codec/option-number.js";
import { SecurityContexts } from "../../../../src/security/oscore/contexts/security-contexts.js";
import { oscore } from "../../../../src/security/oscore/layer/oscore.js";
import { nextText } from "../../../notifications.js";
import { bodyOf } from "../../ours/bodies.js";
import { withEndpoint } from "../../ours/endpoints.js";
import { dissect, type Dissection } from "./tshark.js";
import type { RecordedMessage } from "../../ours/recorder.js";
import { SampleSite } from "../../ours/sample-site.js";

const SECRET = "0102030405060708090a0b0c0d0e0f10";
const SALT = "9e7ca92223786340";
const CLIENT_ID = "0a";
const SERVER_ID = "0b0c";
const PROTECTED = { securityContext: "peer" } as const;

function keyed(senderId: string, recipientId: string, idContext: string | undefined): SecurityContexts {
  const contexts = new SecurityContexts(nodePlatform().crypto);
  contexts.add("peer", {
    masterSecret: fromHex(SECRET),
    masterSalt: fromHex(SALT),
    senderId: fromHex(senderId),
    recipientId: fromHex(recipientId),
    ...(idContext !== undefined && { idContext: fromHex(idContext) }),
  });
  return contexts;
}

/** A row of tshark's table of security contexts. */
function keys(secret: string, idContext = ""): string {
  const values = [CLIENT_ID, SERVER_ID, secret, SALT, idContext, "AES-CCM-16-64-128 (CCM*)"];
  return `uat:oscore_contexts:${values.map((value) => `"${value}"`).join(",")}`;
}

/** What a server saw while `use` ran. */
async function capture(
  idContext: string | undefined,
  use: (client: Client, uri: string, sample: SampleSite) => Promise<void>,
): Promise<RecordedMessage[]> {
  const sample = new SampleSite();
  const server = keyed(SERVER_ID, CLIENT_ID, idContext);
  const client = keyed(CLIENT_ID, SERVER_ID, idContext);
  return withEndpoint(
    { site: sample.site, oscore: oscore({ contexts: server }) },
    async ({ port }, recorder) => {
      await withEndpoint({ oscore: oscore({ contexts: client }) }, (endpoint) =>
        use(endpoint.client, `coap://[::1]:${port}`, sample),
      );
      return recorder.messages;
    },
  );
}

/** Values by field; a field that is not named has none. */
type Expected = Readonly<Partial<Record<(typeof FIELDS)[number], readonly (string | number)[]>>>;

const FIELDS = [
  "_ws.expert.message",
  "_ws.malformed",
  "coap.code",
  "coap.opt.desc",
  "coap.opt.observe",
  "coap.opt.object_security_kid",
  "coap.opt.object_security_kid_context",
  "coap.opt.object_security_piv",
  "oscore.code",
  "oscore.opt.desc",
  "oscore.opt.uri_path",
  "oscore.opt.uri_query",
  "oscore.opt.accept",
  "oscore.opt.ctype",
  "oscore.opt.if_match",
  "oscore.opt.location_path",
  "oscore.opt.observe",
  "oscore.opt.size1",
  "oscore.opt.block_number",
  "oscore.opt.block_mflag",
  "oscore.opt.block_size",
  "oscore.payload_length",
] as const;
/** Ciphertext, and plaintext behind it where it is of no format that tshark knows. */
const BYTES = "data.data";
const TAG_CHECK_FAILED = "oscore.tag_check_failed";

const BODY = bodyOf(100);
const STATE = { "oscore.opt.ctype": ["text/plain; charset=utf-8"], "oscore.payload_length": [2] };
const OCTETS = { "oscore.opt.ctype": ["application/octet-stream"] };

function block(number: number, more: 0 | 1): Expected {
  return {
    "oscore.opt.block_number": [number],
    "oscore.opt.block_mflag": [more],
    "oscore.opt.block_size": [2],
  };
}

function inner(code: number, options: readonly number[], fields: Expected = {}): Expected {
  return { "oscore.code": [code], "oscore.opt.desc": options.map((number) => `Type ${number}`), ...fields };
}

/** Requests and responses of {@link converse}, in turn, as they are before they are protected. */
const CONVERSATION: readonly Expected[] = [
  inner(GET, [URI_PATH, URI_PATH, URI_QUERY, ACCEPT], {
    "oscore.opt.uri_path": [".well-known", "core"],
    "oscore.opt.uri_query": ["rt=sample.*"],
    "oscore.opt.accept": ["application/link-format"],
  }),
  inner(CONTENT, [CONTENT_FORMAT], {
    "oscore.opt.ctype": ["application/link-format"],
    "oscore.payload_length": ['</hello>;title="greeting";rt="sample.hello"'.length],
  }),
  inner(FETCH, [URI_PATH, CONTENT_FORMAT], {
    ...OCTETS,
    "oscore.opt.uri_path": ["methods"],
    "oscore.payload_length": [2],
  }),
  inner(CONTENT, [CONTENT_FORMAT], STATE),
  inner(POST, [IF_MATCH, URI_PATH], { "oscore.opt.if_match": ["78"], "oscore.opt.uri_path": ["methods"] }),
  inner(CREATED, [LOCATION_PATH, LOCATION_PATH, CONTENT_FORMAT], {
    "oscore.opt.ctype": ["text/plain; charset=utf-8"],
    "oscore.opt.location_path": ["methods", "1"],
    "oscore.payload_length": ["posted".length],
  }),
  inner(GET, [URI_PATH], { "oscore.opt.uri_path": ["nothing"] }),
  inner(NOT_FOUND, [], { "oscore.payload_length": ["no such resource".length] }),
  inner(PUT, [URI_PATH, URI_PATH, CONTENT_FORMAT, BLOCK1, SIZE1], {
    ...OCTETS,
    ...block(0, 1),
    "oscore.opt.uri_path": ["store", "a"],
    "oscore.opt.size1": [BODY.length],
    "oscore.payload_length": [64],
  }),
  inner(CONTINUE, [BLOCK1], block(0, 1)),
  inner(PUT, [URI_PATH, URI_PATH, CONTENT_FORMAT, BLOCK1], {
    ...OCTETS,
    ...block(1, 0),
    "oscore.opt.uri_path": ["store", "a"],
    "oscore.payload_length": [36],
  }),
  inner(CREATED, [BLOCK1], block(1, 0)),
  inner(GET, [URI_PATH, URI_PATH, BLOCK2], { ...block(0, 0), "oscore.opt.uri_path": ["store", "a"] }),
  inner(CONTENT, [ETAG, CONTENT_FORMAT, BLOCK2, SIZE2], {
    ...OCTETS,
    ...block(0, 1),
    "oscore.payload_length": [64],
  }),
  inner(GET, [URI_PATH, URI_PATH, BLOCK2], { ...block(1, 0), "oscore.opt.uri_path": ["store", "a"] }),
  inner(CONTENT, [ETAG, CONTENT_FORMAT, BLOCK2], {
    ...OCTETS,
    ...block(1, 0),
    "oscore.payload_length": [36],
  }),
  inner(GET, [OBSERVE, URI_PATH], { "oscore.opt.observe": [0], "oscore.opt.uri_path": ["counter"] }),
  // The inner Observe of a notification is empty (RFC 8613 §4.1.3.5.2).
  inner(CONTENT, [OBSERVE, CONTENT_FORMAT], { ...STATE, "oscore.opt.observe": [0] }),
  inner(CONTENT, [OBSERVE, CONTENT_FORMAT], { ...STATE, "oscore.opt.observe": [0] }),
];

/** Where the registration is; a response and a notification follow. */
const OBSERVED = CONVERSATION.length - 3;

async function converse(client: Client, uri: string, sample: SampleSite): Promise<void> {
  const octets = { ...PROTECTED, contentFormat: OCTET_STREAM };
  await client.get(`${uri}/.well-known/core?rt=sample.*`, { ...PROTECTED, accept: LINK_FORMAT });
  await client.fetch(`${uri}/methods`, { ...octets, payload: encodeUtf8("AB") });
  await client.post(`${uri}/methods`, { ...PROTECTED, ifMatch: [encodeUtf8("x")] });
  await assert.rejects(client.get(`${uri}/nothing`, PROTECTED), { code: NOT_FOUND });
  await client.put(`${uri}/store/a`, { ...octets, payload: BODY, blockSize: 64 });
  await client.get(`${uri}/store/a`, { ...PROTECTED, blockSize: 64 });
  const observation = await client.observe(`${uri}/counter`, PROTECTED);
  assert.equal(await nextText(observation), "0;");
  sample.count();
  assert.equal(await nextText(observation), "1;");
  // Not cancelled: tshark finds requests by their token, and takes the answer to a deregistration for another
  // notification, so with the nonce of another request.
}

/** What an eavesdropper sees of a message: RFC 8613 §4.1.3.5, §4.2, §5.2, §6.1. */
function outer(index: number, idContext: string | undefined): Expected {
  const isRequest = index < OBSERVED ? index % 2 === 0 : index === OBSERVED;
  const isObserve = index >= OBSERVED;
  const sequenceNumber = (number: number): string => number.toString(16).padStart(2, "0");
  const option = `Type ${OSCORE}`;
  const observe = `Type ${OBSERVE}`;
  if (isRequest)
    return {
      "coap.code": [isObserve ? FETCH : POST],
      "coap.opt.desc": isObserve ? [observe, option] : [option],
      "coap.opt.observe": isObserve ? [0] : [],
      "coap.opt.object_security_kid": [CLIENT_ID],
      "coap.opt.object_security_kid_context": idContext === undefined ? [] : [idContext],
      "coap.opt.object_security_piv": [sequenceNumber(index / 2)],
    };
  const isNotification = index > OBSERVED + 1;
  return {
    "coap.code": [isObserve ? CONTENT : CHANGED],
    "coap.opt.desc": isObserve ? [observe, option] : [option],
    "coap.opt.object_security_piv": isNotification ? [sequenceNumber(0)] : [],
  };
}

function assertDecrypted(decoded: readonly Dissection[], idContext: string | undefined): void {
  assert.equal(decoded.length, CONVERSATION.length);
  for (const [index, found] of decoded.entries()) {
    const expected = { ...outer(index, idContext), ...CONVERSATION[index] };
    for (const field of FIELDS) {
      // A server numbers its notifications as it likes.
      if (field === "coap.opt.observe" && index > OBSERVED) continue;
      let values = found[field] ?? [];
      // "Type 11, Critical, Unsafe"
      if (field.endsWith(".desc")) values = values.map((text) => text.split(",")[0]!);
      // tshark 4.0 puts Size2 into the field of the block size, behind it.
      if (field === "oscore.opt.block_size") values = values.slice(0, 1);
      assert.deepEqual(values, (expected[field] ?? []).map(String), `${field} of message ${index}`);
    }
  }
  const blocks = decoded.flatMap((found) => found[BYTES]?.slice(1) ?? []);
  const halves = [toHex(BODY.subarray(0, 64)), toHex(BODY.subarray(64))];
  assert.deepEqual(blocks, [toHex(encodeUtf8("AB")), ...halves, ...halves]);
}

describe("tshark decrypts our traffic with the keys", () => {
  for (const idContext of [undefined, "37cbf3210017a2d3"]) {
    const named = idContext === undefined ? "without an ID Context" : "with an ID Context";
    it(`RFC 8613 §4, §5, §6, ${named}: requests, responses, inner blocks, notifications`, async () => {
      const captured = await capture(idContext, converse);
      const messages = captured.filter(({ code }) => code !== EMPTY);
      assertDecrypted(await dissect(messages, [...FIELDS, BYTES], [keys(SECRET, idContext)]), idContext);
    });
  }

  it("RFC 8613 §5.3: with another Master Secret it finds no message authentic", async () => {
    const [request, response] = await capture(undefined, converse);
    const wrong = [keys(SECRET.replace("01", "00"))];
    const decoded = await dissect([request!, response!], [TAG_CHECK_FAILED, "oscore.code"], wrong);
    assert.deepEqual(decoded, Array(2).fill({ [TAG_CHECK_FAILED]: ["1"] }));
  });
});
