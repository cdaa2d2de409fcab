import { concatBytes } from "../../../../../src/bytes/concat.js";
import { fromHex, toHex } from "../../../../../src/bytes/hex.js";
import { blockOption, encodeBlock } from "../../../../../src/coap/bodies/block/block.js";
import {
  CHANGED,
  CONTENT,
  CONTINUE,
  POST,
  REQUEST_ENTITY_INCOMPLETE,
  REQUEST_ENTITY_TOO_LARGE,
} from "../../../../../src/coap/codec/code.js";
import { OCTET_STREAM } from "../../../../../src/coap/codec/content-format.js";
import { CON, Message, encodeMessage } from "../../../../../src/coap/codec/message.js";
import { BLOCK1, BLOCK2, OSCORE, SIZE2, URI_PATH } from "../../../../../src/coap/codec/option-number.js";
import { Options } from "../../../../../src/coap/codec/options.js";
import { content } from "../../../../../src/coap/server/response.js";
import {
  establish,
  type SecurityContext,
} from "../../../../../src/security/oscore/context/security-context.js";
import { SecurityContexts } from "../../../../../src/security/oscore/contexts/security-contexts.js";
import { oscore } from "../../../../../src/security/oscore/layer/oscore.js";
import { PlaintextBuffer } from "../../../../../src/security/oscore/message/plaintext.js";
import { encodeOscoreOption } from "../../../../../src/security/oscore/option.js";
import { assert, describe, hostCrypto, it } from "../../../../portable.js";
import { Lab, empty } from "../../../coap/wire.js";
import { CLIENT_PARAMETERS, mirrored } from "./protected-lab.js";

/** Blocks of 32 bytes. */
const SZX = 1;
const SIZE = 32;
const REQUEST_IV = 5;
const LIMIT = 256;

/** A server, and a proxy that cuts what a client has protected. */
class Proxy extends Lab {
  readonly client: SecurityContext = establish(hostCrypto(), CLIENT_PARAMETERS);
  readonly bodies: Uint8Array[] = [];
  #messageId = 1;

  constructor() {
    const contexts = new SecurityContexts(hostCrypto());
    contexts.add("client", mirrored(CLIENT_PARAMETERS));
    super({ oscore: oscore({ contexts }), limits: { maxBodyBytes: LIMIT } });
    this.site.add("echo", {
      post: ({ payload }) => {
        this.bodies.push(payload);
        return { ...content(payload, OCTET_STREAM), code: CONTENT };
      },
    });
  }

  /** The ciphertext of a POST to /echo. */
  protect(payload: Uint8Array): Uint8Array {
    const inner = new Options().addString(URI_PATH, "echo");
    return this.client.sealRequest(REQUEST_IV, new PlaintextBuffer(512).encode(POST, inner, payload));
  }

  async send(payload: Uint8Array | undefined, blocks: Readonly<Record<number, number>>): Promise<Message> {
    const { senderId: kid } = CLIENT_PARAMETERS;
    const header = encodeOscoreOption({ partialIv: REQUEST_IV, kid, kidContext: undefined });
    const options = new Options().add(OSCORE, header);
    for (const [number, value] of Object.entries(blocks)) options.addUint(Number(number), value);
    const buffer = new Uint8Array(512);
    this.#messageId += 1;
    const token = Uint8Array.of(1, this.#messageId);
    const length = encodeMessage(buffer, CON, POST, this.#messageId, token, options, payload);
    const answers = await this.wire.ask(toHex(buffer.slice(0, length)));
    assert.equal(answers.length, 1);
    return new Message(fromHex(answers[0]!));
  }
}

const BODY = new Uint8Array(100).map((_, index) => index);

describe("OSCORE outer blocks", () => {
  it("RFC 8613 §4.1.3.4.2, §8.2.1: what a proxy has cut is put together, then verified; its response is cut again", async () => {
    const proxy = new Proxy();
    const ciphertext = proxy.protect(BODY);
    let answer: Message | undefined;
    for (let at = 0; at < ciphertext.length; at += SIZE) {
      const isLast = at + SIZE >= ciphertext.length;
      const block1 = encodeBlock(at / SIZE, !isLast, SZX);
      const block2 = isLast ? { [BLOCK2]: encodeBlock(0, false, SZX) } : {};
      answer = await proxy.send(ciphertext.subarray(at, at + SIZE), { [BLOCK1]: block1, ...block2 });
      assert.equal(answer.options.uint(BLOCK1), block1);
      if (!isLast) assert.deepEqual([answer.code, answer.options.has(OSCORE)], [CONTINUE, false]);
    }
    assert.deepEqual(proxy.bodies, [BODY]);
    const parts: Uint8Array[] = [];
    for (let number = 1; ; number += 1) {
      assert.equal(answer!.code, CHANGED);
      parts.push(answer!.payload);
      const block = blockOption(answer!.options, BLOCK2)!;
      assert.deepEqual([block.number, block.szx], [number - 1, SZX]);
      if (!block.more) break;
      answer = await proxy.send(undefined, { [BLOCK2]: encodeBlock(number, false, SZX) });
    }
    const response = proxy.client.openResponse(REQUEST_IV, undefined, concatBytes(parts))!;
    assert.equal(response[0], CONTENT);
    assert.deepEqual(response.subarray(response.length - BODY.length), BODY);
    assert.equal(proxy.bodies.length, 1);
  });

  it("RFC 8613 §4.1.3.4.2: a response that fits a block comes as one, with its length where it does not", async () => {
    const proxy = new Proxy();
    const short = await proxy.send(proxy.protect(Uint8Array.of(1)), { [BLOCK2]: encodeBlock(0, false, SZX) });
    assert.deepEqual([short.options.has(BLOCK2), short.options.has(SIZE2)], [false, false]);
    const other = new Proxy();
    const long = await other.send(other.protect(BODY), { [BLOCK2]: encodeBlock(0, false, SZX) });
    assert.deepEqual([long.payload.length, blockOption(long.options, BLOCK2)!.more], [SIZE, true]);
    assert.ok(long.options.uint(SIZE2)! > BODY.length);
  });

  it("RFC 8613 §4.1.3.4.2: a message above the limit is discarded; at it, it is taken", async () => {
    const overheadBytes = new Proxy().protect(new Uint8Array(1)).length - 1;
    for (const [length, code] of [
      [LIMIT - overheadBytes, CHANGED],
      [LIMIT - overheadBytes + 1, REQUEST_ENTITY_TOO_LARGE],
    ] as const) {
      const proxy = new Proxy();
      const ciphertext = proxy.protect(new Uint8Array(length));
      const size = 128;
      let last: Message | undefined;
      for (let at = 0; at < ciphertext.length; at += size) {
        const block1 = encodeBlock(at / size, at + size < ciphertext.length, 3);
        last = await proxy.send(ciphertext.subarray(at, at + size), { [BLOCK1]: block1 });
      }
      assert.equal(last!.code, code);
      assert.equal(proxy.bodies.length, code === CHANGED ? 1 : 0);
      proxy.endpoint.close();
    }
  });

  it("RFC 7959 §2.9.2, §2.4: a block without those before it, one of a response that there is not, and an empty one", async () => {
    const proxy = new Proxy();
    const gap = await proxy.send(new Uint8Array(SIZE), { [BLOCK1]: encodeBlock(1, true, SZX) });
    assert.equal(gap.code, REQUEST_ENTITY_INCOMPLETE);
    const gone = await proxy.send(undefined, { [BLOCK2]: encodeBlock(1, false, SZX) });
    assert.equal(gone.code, REQUEST_ENTITY_INCOMPLETE);
    const nothing = await proxy.send(undefined, { [BLOCK1]: encodeBlock(0, false, SZX) });
    assert.equal(toHex(nothing.bytes), empty(nothing.bytes, "RST"));
    assert.equal(proxy.bodies.length, 0);
  });
});
