import { concatBytes } from "../../../../../src/bytes/concat.js";
import { fromHex, toHex } from "../../../../../src/bytes/hex.js";
import { decodeUtf8 } from "../../../../../src/bytes/utf8.js";
import { blockOption, encodeBlock } from "../../../../../src/coap/bodies/block/block.js";
import {
  BAD_OPTION,
  BAD_REQUEST,
  CHANGED,
  CONTINUE,
  GET,
  POST,
  REQUEST_ENTITY_INCOMPLETE,
} from "../../../../../src/coap/codec/code.js";
import { EDHOC_CBOR_SEQ } from "../../../../../src/coap/codec/content-format.js";
import { CON, Message, MessageTooLargeError, encodeMessage } from "../../../../../src/coap/codec/message.js";
import { BLOCK1, BLOCK2, EDHOC, OSCORE, URI_PATH } from "../../../../../src/coap/codec/option-number.js";
import { Options } from "../../../../../src/coap/codec/options.js";
import { ClientErrorResponse } from "../../../../../src/coap/errors.js";
import { text } from "../../../../../src/coap/server/response.js";
import { padding } from "../../../../../src/security/edhoc/codec/ead.js";
import { splitCombinedRequest } from "../../../../../src/security/edhoc/combined/combined-request.js";
import {
  MAX_PENDING_MESSAGES,
  PendingMessages,
} from "../../../../../src/security/edhoc/coap/pending-messages.js";
import { EdhocUsageError } from "../../../../../src/security/edhoc/errors.js";
import type { SecurityContext } from "../../../../../src/security/oscore/context/security-context.js";
import { encodeOscoreOption } from "../../../../../src/security/oscore/option.js";
import { PlaintextBuffer } from "../../../../../src/security/oscore/message/plaintext.js";
import { assert, describe, it } from "../../../../portable.js";
import { Wire } from "../../../coap/wire.js";
import { EdhocLab, SERVER } from "../coap/lab.js";
import { makeCredential } from "../suites/parties.js";
import { CLIENT, CombinedLab, WHO } from "./combined-lab.js";

/** Blocks of 16 bytes. */
const SZX = 0;
const SIZE = 16;
const STATE = "longer than a block of sixteen bytes";

/** The message of RFC 9668 §3.4. */
const EXAMPLE =
  "44025d1f00003974 93090001 c0 ff52d5535f3147e85f1cfacd9e78abf9e0a81bbf612f1092f1776f1c1668b3825e";

/** Cuts the first protected request of a client, and wants the response in blocks. */
class Proxy {
  readonly #security: SecurityContext;
  readonly #header: Uint8Array;
  /** message_3 and the ciphertext. */
  readonly #payload: Uint8Array;
  readonly #wire: Wire;
  #messageId = 0;

  constructor({ lab, contexts, combined, host }: CombinedLab) {
    lab.site.add("state", { get: () => text(STATE), protectedBy: ["client"] });
    const { security } = contexts.get("server")!;
    const { senderId: kid } = security.parameters;
    const message3 = combined.pending.find({ address: SERVER, port: 5683 }, kid)!;
    const inner = new Options().addString(URI_PATH, "state");
    const plaintext = new PlaintextBuffer(64).encode(GET, inner, undefined);
    this.#payload = concatBytes([message3, security.sealRequest(0, plaintext)]);
    this.#header = encodeOscoreOption({ partialIv: 0, kid, kidContext: undefined });
    this.#security = security;
    this.#wire = new Wire(lab.world, host, { address: SERVER, port: 5683 });
  }

  async send(at: number, blocks: Readonly<Record<number, number>>): Promise<Message> {
    const options = new Options().add(OSCORE, this.#header).add(EDHOC, fromHex(""));
    for (const [number, value] of Object.entries(blocks)) options.addUint(Number(number), value);
    const buffer = new Uint8Array(128);
    const payload = this.#payload.subarray(at, at + SIZE);
    this.#messageId += 1;
    const token = Uint8Array.of(this.#messageId);
    const length = encodeMessage(buffer, CON, POST, this.#messageId, token, options, payload);
    const answers = await this.#wire.ask(toHex(buffer.subarray(0, length)));
    assert.equal(answers.length, 1);
    return new Message(fromHex(answers[0]!));
  }

  /** The answer to the last block, which has the first of the response. */
  async sendAll(): Promise<Message> {
    const { length } = this.#payload;
    const last = Math.ceil(length / SIZE) - 1;
    for (let number = 0; number < last; number += 1) {
      const { code } = await this.send(number * SIZE, { [BLOCK1]: encodeBlock(number, true, SZX) });
      assert.equal(code, CONTINUE);
    }
    return this.send(last * SIZE, {
      [BLOCK1]: encodeBlock(last, false, SZX),
      [BLOCK2]: encodeBlock(0, false, SZX),
    });
  }

  /** The plaintext of the response. */
  async fetchRest(first: Message): Promise<Uint8Array> {
    const blocks = [first.payload];
    for (let block = first; blockOption(block.options, BLOCK2)!.more; blocks.push(block.payload))
      block = await this.send(Infinity, { [BLOCK2]: encodeBlock(blocks.length, false, SZX) });
    return this.#security.openResponse(0, undefined, concatBytes(blocks))!;
  }
}

describe("EDHOC combined with OSCORE", () => {
  it("RFC 9668 §3.4: the example is taken apart", () => {
    const combined = splitCombinedRequest(new Message(fromHex(EXAMPLE.replaceAll(" ", ""))))!;
    assert.deepEqual(combined.connectionId, fromHex("01"));
    assert.deepEqual(combined.message3, fromHex("52d5535f3147e85f1cfacd9e78abf9e0a81bbf"));
    const { request } = combined;
    assert.equal(request.code, POST);
    assert.equal(request.messageId, 0x5d1f);
    assert.deepEqual(request.token, fromHex("00003974"));
    assert.deepEqual(request.options.entries(), [{ number: OSCORE, value: fromHex("090001") }]);
    assert.deepEqual(request.payload, fromHex("612f1092f1776f1c1668b3825e"));
  });

  it("RFC 9668 §3.3.1: what is no message_3 and a ciphertext is not", () => {
    for (const hex of [
      "44025d1f00003974d008ff41014101", // without OSCORE
      "44025d1f0000397493090001c0", // without payload
      "44025d1f0000397493090001c0ff4101", // without ciphertext
      "44025d1f0000397493090001c0ff4201", // with half a message_3
      "44025d1f0000397493090001c0ff014101", // with an integer before it
      "44025d1f00003974920100c0ff41014101", // without kid
    ])
      assert.equal(splitCombinedRequest(new Message(fromHex(hex))), undefined, hex);
  });

  it("RFC 9668 §3.1: a value of the option is ignored", () => {
    const combined = splitCombinedRequest(new Message(fromHex("44025d1f0000397493090001c2abcdff41004101")))!;
    assert.deepEqual(combined.message3, fromHex("4100"));
    assert.deepEqual(combined.request.options.entries(), [{ number: OSCORE, value: fromHex("090001") }]);
  });

  it("RFC 9668 §3: keys and first protected response in two round trips", async () => {
    const scene = new CombinedLab();
    await scene.begin();
    assert.equal(scene.combined.pending.size, 1);
    assert.equal(await scene.ask(), "client");
    assert.equal(await scene.ask(), "client");
    assert.deepEqual(
      scene.sent.map(({ options }) => options.has(EDHOC)),
      [false, true, false],
    );
    assert.equal(scene.combined.pending.size, 0);
  });

  it("RFC 9668 §3.3.2: a request that a proxy has cut is put together before message_3 is taken; its response is cut again", async () => {
    const scene = new CombinedLab();
    await scene.begin();
    const proxy = new Proxy(scene);
    // A block without those before it is none of message_3.
    const early = await proxy.send(SIZE, { [BLOCK1]: encodeBlock(1, true, SZX) });
    assert.equal(early.code, REQUEST_ENTITY_INCOMPLETE);
    const answer = await proxy.sendAll();
    assert.deepEqual([answer.code, blockOption(answer.options, BLOCK2)!.more], [CHANGED, true]);
    const response = await proxy.fetchRest(answer);
    assert.equal(decodeUtf8(response.subarray(response.length - STATE.length)), STATE);
  });

  it("RFC 9668 §3.2.1: message_3 stands in front of the ciphertext, C_R is the kid, the option is empty", async () => {
    const scene = new CombinedLab();
    await scene.begin();
    await scene.ask();
    const [, request] = scene.sent;
    const { senderId } = scene.contexts.get("server")!.security.parameters;
    const { connectionId, message3 } = splitCombinedRequest(request!)!;
    assert.deepEqual(connectionId, senderId);
    assert.equal(message3.length, 19);
    assert.deepEqual(request!.options.all(EDHOC), [fromHex("")]);
  });

  it("RFC 9668 §3.2.2: of a body in blocks the first carries message_3, and no other", async () => {
    const scene = new CombinedLab();
    await scene.begin();
    const payload = new Uint8Array(3000);
    const request = scene.client.put(WHO, { securityContext: "server", payload, blockSize: 512 });
    await scene.lab.world.time.until(request);
    assert.deepEqual(scene.bodies, [3000]);
    const marked = scene.sent.map(({ options }) => options.has(EDHOC));
    assert.deepEqual(marked.slice(0, 3), [false, true, false]);
    assert.equal(marked.filter((has) => has).length, 1);
  });

  it("RFC 7252 §5.4.1: for a server that takes none it is a critical option that it does not know", async () => {
    const scene = new CombinedLab({}, (_edhoc, factory) => factory);
    await scene.begin();
    assert.equal((await scene.refusal()).code, BAD_OPTION);
    scene.contexts.remove("server");
    const session = await scene.lab.establish(scene.client);
    scene.contexts.add("server", session.oscore());
    assert.equal(await scene.ask(), "client");
  });

  it("RFC 9668 §3.3.1: a failure of EDHOC is answered with error 1, and there is no security context", async () => {
    const scene = new CombinedLab();
    const { crypto, random } = scene.lab.parties;
    await scene.begin({ credentials: [makeCredential(crypto, random, "P-256", "static-dh", 0x15)] });
    const { code, response } = await scene.refusal();
    assert.equal(code, BAD_REQUEST);
    assert.equal(response.contentFormat, EDHOC_CBOR_SEQ);
    assert.equal(response.payload[0], 1);
    assert.equal(scene.serverContexts.size, 0);
  });

  it("RFC 9668 §3.3.1: a failure of the server is answered with error 1, and is a fault in its log", async () => {
    const onSession = (): never => {
      throw new RangeError("storage is full");
    };
    const scene = new CombinedLab({ onSession });
    await scene.begin();
    const { code, response } = await scene.refusal();
    assert.deepEqual([code, response.payload[0]], [BAD_REQUEST, 1]);
    assert.equal(scene.lab.server.counters.faults, 1);
    assert.deepEqual(scene.lab.lines, [
      "edhoc: a session is not used: RangeError: storage is full",
      "coap: caught a fault: RangeError: storage is full",
    ]);
  });

  it("RFC 9668 §3.3.1: a session in which message_4 should follow fails", async () => {
    const scene = new CombinedLab({ message4: true });
    await scene.begin();
    const { response } = await scene.refusal();
    assert.equal(response.payload[0], 1);
    assert.equal(scene.serverContexts.size, 0);
    await assert.rejects(scene.begin({ message4: true }), EdhocUsageError, "message_4");
  });

  it("RFC 9668 §3.3.1: where only OSCORE fails, its errors apply, and the context stays", async () => {
    const scene = new CombinedLab();
    const session = await scene.lab.establish(scene.client, { combined: scene.combined });
    scene.contexts.add("server", { ...session.oscore(), masterSalt: fromHex("00") });
    const { code, diagnostic } = await scene.refusal();
    assert.equal(code, BAD_REQUEST);
    assert.equal(diagnostic, "Decryption failed");
    assert.equal(scene.serverContexts.size, 1);
  });

  it("RFC 9668 §3.3.1: an EDHOC option inside is a critical one that is not known", async () => {
    const scene = new CombinedLab();
    await scene.begin();
    const { security } = scene.contexts.get("server")!;
    // GET with option 21, in place of what the client would protect.
    const ciphertext = security.sealRequest(security.nextPartialIv(), fromHex("01d008"));
    const { senderId: kid } = security.parameters;
    const options = new Options().add(
      OSCORE,
      encodeOscoreOption({ partialIv: 0, kid, kidContext: undefined }),
    );
    const request = scene.client.post(WHO, { options, payload: ciphertext });
    // The client knows nothing of this request's protection, and takes the response for none.
    await assert.rejects(scene.lab.world.time.until(request), Error);
    const plaintext = security.openResponse(0, undefined, scene.received.at(-1)!.payload);
    assert.equal(plaintext?.[0], BAD_OPTION);
  });

  it("RFC 9668 §3.2.2: a request that message_3 makes too large goes in smaller blocks, or not at all", async () => {
    for (const [bytes, bodies] of [
      [200, [1024]],
      [1120, []],
    ] as const) {
      const scene = new CombinedLab();
      const { random } = scene.lab.parties;
      await scene.begin({ ead: { compose: (message) => (message === 3 ? padding(bytes, random) : []) } });
      const put = scene.client.put(WHO, { securityContext: "server", payload: new Uint8Array(1024) });
      const done = scene.lab.world.time.until(put);
      if (bodies.length > 0) await done;
      else await assert.rejects(done, MessageTooLargeError);
      assert.deepEqual(scene.bodies, bodies);
      assert.equal(scene.combined.pending.size, 1 - bodies.length);
    }
  });

  it("RFC 9668 §3.3.1: an EDHOC option without OSCORE is answered 4.00", async () => {
    const scene = new CombinedLab();
    assert.equal((await scene.unprotected()).code, BAD_REQUEST);
  });

  it("RFC 7252 §5.4.1: who has no combined requests takes the option for a critical one that is not known", async () => {
    const plain = new EdhocLab();
    const client = plain.client(CLIENT);
    const request = client.get(`coap://[${SERVER}]/.well-known/core`, {
      options: new Options().add(EDHOC, fromHex("")),
    });
    const error = await assert.rejects(plain.world.time.until(request), ClientErrorResponse);
    assert.equal(error.code, BAD_OPTION);
  });

  it("limit MAX_PENDING_MESSAGES: as many wait, with one more the oldest is forgotten", () => {
    const pending = new PendingMessages();
    const server = { address: SERVER, port: 5683 };
    for (let count = 0; count < MAX_PENDING_MESSAGES; count += 1)
      pending.add(server, Uint8Array.of(count), Uint8Array.of(count));
    assert.equal(pending.size, MAX_PENDING_MESSAGES);
    pending.add(server, Uint8Array.of(99), Uint8Array.of(99));
    assert.equal(pending.find(server, Uint8Array.of(0)), undefined);
    assert.equal(pending.find({ ...server, port: 5684 }, Uint8Array.of(1)), undefined);
    const found = pending.find(server, Uint8Array.of(1));
    assert.deepEqual(found, Uint8Array.of(1));
    pending.remove(found!);
    assert.equal(pending.find(server, Uint8Array.of(1)), undefined);
    assert.equal(pending.size, MAX_PENDING_MESSAGES - 1);
  });
});
