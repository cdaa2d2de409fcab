import { toHex } from "../../../../../src/bytes/hex.js";
import { blockOption, encodeBlock } from "../../../../../src/coap/bodies/block/block.js";
import {
  CONTENT,
  FETCH,
  GATEWAY_TIMEOUT,
  POST,
  REQUEST_ENTITY_TOO_LARGE,
} from "../../../../../src/coap/codec/code.js";
import { OCTET_STREAM } from "../../../../../src/coap/codec/content-format.js";
import { Message, NON } from "../../../../../src/coap/codec/message.js";
import { BLOCK1, BLOCK2, ETAG, OBSERVE, OSCORE } from "../../../../../src/coap/codec/option-number.js";
import { Options } from "../../../../../src/coap/codec/options.js";
import { CoapError, LimitError, ProtocolError, TimeoutError } from "../../../../../src/coap/errors.js";
import { changed, content } from "../../../../../src/coap/server/response.js";
import { OscoreError } from "../../../../../src/security/oscore/errors.js";
import { SeededRandom, assert, describe, it } from "../../../../portable.js";
import { CuttingRelay, type Piece } from "./cutting-relay.js";
import { ProtectedLab, type ProtectedLabOptions } from "./protected-lab.js";

const PEER = { securityContext: "peer" } as const;
/** Blocks of 64 bytes. */
const SZX = 2;
const SIZE = 64;
const BODY = new Uint8Array(300).map((_, index) => index);
/** Code, Content-Format, payload marker and tag of a response with a body. */
const OVERHEAD_BYTES = 1 + 2 + 1 + 8;

/** A client that reaches the server through a relay. */
class RelayedLab extends ProtectedLab {
  readonly relay = new CuttingRelay(this, SZX);

  constructor(options?: ProtectedLabOptions, body = BODY) {
    super(options);
    this.site.add("body", { get: () => content(body, OCTET_STREAM) });
  }

  get get(): Promise<Uint8Array> {
    return this.until(this.client.client.get(this.relay.uri("body"), PEER).then(({ payload }) => payload));
  }

  /** What a request ends with. */
  get failure(): Promise<unknown> {
    return this.get.then(
      () => undefined,
      (error: unknown) => error,
    );
  }
}

function withPayload(piece: Piece, change: (payload: Uint8Array) => Uint8Array): Piece {
  return { ...piece, payload: change(piece.payload.slice()) };
}

/** A block that is changed in one way or another, or lost. */
function disturbed(piece: Piece, number: number, random: SeededRandom): Piece | undefined {
  const options = new Options().addAll(piece.options);
  switch (random.integer(0, 5)) {
    case 0:
      return undefined;
    case 1:
      return { ...piece, options: options.setUint(BLOCK2, random.integer(0, 0xff)) };
    case 2:
      return { ...piece, options: options.setUint(BLOCK2, encodeBlock(number, random.chance(0.5), SZX)) };
    case 3:
      options.remove(random.chance(0.5) ? OSCORE : BLOCK2);
      return { ...piece, options };
    case 4:
      return { ...piece, code: random.integer(0x40, 0xbf) };
    default:
      return withPayload(piece, (payload) => {
        random.fill(payload.subarray(random.integer(0, payload.length)));
        return payload;
      });
  }
}

describe("OSCORE responses in outer blocks", () => {
  it("RFC 8613 §4.1.3.4.2, §8.4.1: a response that a proxy has cut is put together, then verified", async () => {
    const lab = new RelayedLab();
    assert.deepEqual(await lab.get, BODY);
    const [request] = lab.sent.map((bytes) => new Message(bytes));
    const asked = lab.relay.blockRequests;
    assert.equal(asked.length, Math.ceil((BODY.length + OVERHEAD_BYTES) / SIZE) - 1);
    for (const [index, { code, payload, options, token }] of asked.entries()) {
      // RFC 7959 §2.4: the same options, and the next number; §2.7: nothing of the body.
      assert.equal(code, POST);
      assert.equal(payload.length, 0);
      assert.deepEqual(options.first(OSCORE), request!.options.first(OSCORE));
      assert.equal(options.uint(BLOCK2), encodeBlock(index + 1, false, SZX));
      assert.equal(options.entries().length, 2);
      assert.ok(toHex(token) !== toHex(request!.token));
    }
  });

  it("RFC 8613 §8.4.1: the same holds for separate responses, and with loss", async () => {
    for (const seed of [1, 2, 3]) {
      const lab = new RelayedLab({ seed, loss: 0.1 });
      lab.site.add("later", {
        get: async () => {
          await new Promise<void>((resolve) => void lab.serverHost.timers.set(resolve, 5000));
          return content(BODY, OCTET_STREAM);
        },
      });
      const { payload } = await lab.until(lab.client.client.get(lab.relay.uri("later"), PEER));
      assert.deepEqual(payload, BODY, `seed ${seed}`);
    }
  });

  it("RFC 8613 §4.1.3.4.1: what is in inner blocks may be cut once more outside", async () => {
    const body = new Uint8Array(3000).map((_, index) => index >> 3);
    const lab = new RelayedLab({}, body);
    assert.deepEqual(await lab.get, body);
  });

  it("RFC 8613 §4.1.3.4.2: a message above the limit is discarded; at it, it is taken", async () => {
    const limit = 256;
    for (const [length, isTaken] of [
      [limit - OVERHEAD_BYTES, true],
      [limit - OVERHEAD_BYTES + 1, false],
    ] as const) {
      const options = { client: { limits: { maxBodyBytes: limit } } };
      const lab = new RelayedLab(options, new Uint8Array(length));
      const error = await lab.failure;
      if (isTaken) assert.equal(error, undefined);
      else assert.ok(error instanceof LimitError && error.message.includes("maxBodyBytes"), String(error));
    }
  });

  it("RFC 8613 §4.1.3.4.2: blocks without end are asked for up to the limit", async () => {
    const lab = new RelayedLab({ client: { limits: { maxBodyBytes: 1024 } } });
    lab.relay.tamper = (piece, number) => {
      const options = new Options().addAll(piece.options);
      options.setUint(BLOCK2, encodeBlock(number, true, SZX));
      return { ...piece, options, payload: new Uint8Array(SIZE) };
    };
    assert.ok((await lab.failure) instanceof LimitError);
    assert.equal(lab.relay.blockRequests.length, 1024 / SIZE);
  });

  it("RFC 8613 §8.4: blocks that are changed, mixed up or left out are not taken", async () => {
    let last: Uint8Array | undefined;
    const tampers: ((piece: Piece, number: number) => Piece)[] = [
      (piece, number) =>
        withPayload(piece, (payload) => (number === 2 ? payload.fill(0, 5, 6).reverse() : payload)),
      (piece) =>
        withPayload(piece, (payload) => {
          const other = last?.length === payload.length ? last : payload;
          last = payload;
          return other;
        }),
      (piece, number) => {
        const options = new Options().addAll(piece.options);
        if (number === 1) options.setUint(BLOCK2, encodeBlock(1, false, SZX));
        return { ...piece, options };
      },
    ];
    for (const tamper of tampers) {
      const lab = new RelayedLab();
      lab.relay.tamper = tamper;
      const error = await lab.failure;
      assert.ok(error instanceof OscoreError, String(error));
      assert.equal(lab.client.counters.unverified, 1);
    }
  });

  it("RFC 7959 §2.3, §2.4: blocks of another number, size or entity tag, or an error in place of one", async () => {
    const withBlock = (piece: Piece, value: number): Piece => {
      const options = new Options().addAll(piece.options);
      return { ...piece, options: options.setUint(BLOCK2, value) };
    };
    const tampers: ((piece: Piece, number: number) => Piece)[] = [
      (piece, number) => (number === 0 ? piece : withBlock(piece, encodeBlock(number + 1, true, SZX))),
      (piece, number) => (number === 0 ? piece : withPayload(piece, (payload) => payload.subarray(1))),
      (piece, number) => ({ ...piece, options: piece.options.add(ETAG, Uint8Array.of(number)) }),
      (piece, number) => (number === 0 ? piece : CuttingRelay.refusal(piece, GATEWAY_TIMEOUT)),
    ];
    for (const tamper of tampers) {
      const lab = new RelayedLab();
      lab.relay.tamper = tamper;
      const error = await lab.failure;
      assert.ok(error instanceof ProtocolError, String(error));
    }
  });

  it("RFC 8613 §8.4: whatever happens to blocks, the body is that of the server, or none", async () => {
    const outcomes = new Set<string>();
    for (let seed = 1; seed <= 20; seed += 1) {
      const lab = new RelayedLab({ seed });
      const random = new SeededRandom(seed);
      lab.relay.tamper = (piece, number) => (random.chance(0.3) ? disturbed(piece, number, random) : piece);
      const body = await lab.get.catch((error: unknown) => error);
      if (body instanceof Uint8Array) assert.deepEqual(body, BODY, `seed ${seed}`);
      else assert.ok(body instanceof CoapError, `seed ${seed}: ${String(body)}`);
      outcomes.add(body instanceof CoapError ? body.name : "body");
    }
    assert.ok(outcomes.size > 2, [...outcomes].join(" "));
  });

  it("RFC 7252 §4.2: a block that never comes", async () => {
    const lab = new RelayedLab();
    lab.relay.tamper = (piece, number) => (number < 2 ? piece : undefined);
    assert.ok((await lab.failure) instanceof TimeoutError);
  });

  it("RFC 7959 §2.4: who no longer waits asks for no more blocks; a first block that comes again begins nothing", async () => {
    const lab = new RelayedLab();
    lab.relay.tamper = (piece, number) => {
      if (number === 0) lab.relay.send({ ...piece, type: NON, messageId: piece.messageId ^ 0x8000 });
      return piece;
    };
    assert.deepEqual(await lab.get, BODY);
    const { length } = lab.relay.blockRequests;
    assert.equal(length, Math.ceil((BODY.length + OVERHEAD_BYTES) / SIZE) - 1);
    lab.world.network.setConditions({ delayMs: 100 });
    const request = lab.client.client.get(lab.relay.uri("body"), { ...PEER, timeoutMs: 700 });
    const error = await lab.until(request.catch((reason: unknown) => reason));
    assert.ok(error instanceof TimeoutError);
    await lab.advance(60_000);
    assert.equal(lab.relay.blockRequests.length, length + 2);
  });

  it("RFC 8613 §4.1.3.5, RFC 7959 §2.6: notifications in outer blocks; a newer one takes the place of an older one", async () => {
    const lab = new RelayedLab();
    let state = BODY;
    const resource = lab.site.add("state", { get: () => content(state, OCTET_STREAM), observable: true });
    const observation = await lab.until(lab.client.client.observe(lab.relay.uri("state"), PEER));
    assert.deepEqual((await lab.until(observation.next())).value!.payload, BODY);
    state = BODY.slice().reverse();
    resource.notify();
    assert.deepEqual((await lab.until(observation.next())).value!.payload, state);
    for (const { code, options } of lab.relay.blockRequests)
      assert.deepEqual([code, options.has(OBSERVE)], [FETCH, false]);
    lab.world.network.setConditions({ delayMs: 50 });
    for (const first of [1, 2]) {
      state = new Uint8Array(300).fill(first);
      resource.notify();
      await lab.advance(220);
    }
    assert.deepEqual((await lab.until(observation.next())).value!.payload, new Uint8Array(300).fill(2));
    await lab.until(observation.cancel());
  });

  it("RFC 8613 §8.4.2: a notification whose blocks do not verify, or do not come, ends no observation", async () => {
    const lab = new RelayedLab();
    let state = BODY;
    const resource = lab.site.add("state", { get: () => content(state, OCTET_STREAM), observable: true });
    const observation = await lab.until(lab.client.client.observe(lab.relay.uri("state"), PEER));
    await lab.until(observation.next());
    const genuine = lab.relay.tamper;
    for (const tamper of [
      (piece: Piece) => withPayload(piece, (payload) => payload.fill(9)),
      (piece: Piece, number: number) => (number === 0 ? piece : CuttingRelay.refusal(piece, GATEWAY_TIMEOUT)),
    ]) {
      lab.relay.tamper = tamper;
      resource.notify();
      await lab.advance(1000);
    }
    lab.relay.tamper = genuine;
    state = BODY.slice(0, 200);
    resource.notify();
    assert.deepEqual((await lab.until(observation.next())).value!.payload, state);
    await lab.until(observation.cancel());
  });

  it("RFC 7959 §2.6: the state of a notification whose outer blocks did not come is asked for again", async () => {
    const lab = new RelayedLab();
    let state = BODY;
    const resource = lab.site.add("state", { get: () => content(state, OCTET_STREAM), observable: true });
    const observation = await lab.until(lab.client.client.observe(lab.relay.uri("state"), PEER));
    await lab.until(observation.next());
    const genuine = lab.relay.tamper;
    lab.relay.tamper = (piece, number) =>
      number === 0 ? piece : CuttingRelay.refusal(piece, GATEWAY_TIMEOUT);
    state = BODY.slice(0, 200);
    resource.notify();
    await lab.advance(1000);
    lab.relay.tamper = genuine;
    assert.deepEqual((await lab.until(observation.next())).value!.payload, state);
    assert.ok(lab.world.time.nowMs < 10_000);
    await lab.until(observation.cancel());
  });

  it("RFC 7959 §2.6, RFC 8613 §4.1.3.4.1: so is one whose inner blocks did not come", async () => {
    const lab = new ProtectedLab({ server: { limits: { blockBytes: 64 } } });
    let state = 0;
    const resource = lab.site.add("state", {
      get: () => content(new Uint8Array(200).fill(state), OCTET_STREAM, { maxAge: 10_000 }),
      observable: true,
    });
    const observation = await lab.until(lab.client.client.observe(lab.uri("state"), PEER));
    assert.equal((await lab.until(observation.next())).value!.payload[199], 0);
    state = 1;
    lab.world.network.setConditions({ delayMs: 20 });
    resource.notify();
    // The notification is acknowledged; then nothing comes, for as long as the client asks for the next block.
    const { length } = lab.sent;
    while (lab.sent.length < length + 2) await lab.advance(1);
    lab.world.network.setConditions({ loss: 1 });
    await lab.advance(100_000);
    lab.world.network.setConditions({ loss: 0 });
    const { value } = await lab.until(observation.next());
    assert.deepEqual(value!.payload, new Uint8Array(200).fill(1));
    assert.ok(lab.world.time.nowMs < 200_000);
    await lab.until(observation.cancel());
  });

  it("RFC 7959 §2.9.3, RFC 8613 §4.1.3.4.2: a proxy that takes no large message gets inner blocks that fit its own", async () => {
    const lab = new RelayedLab();
    let stored: Uint8Array | undefined;
    lab.site.add("store", {
      put: ({ payload }) => {
        stored = payload;
        return changed();
      },
    });
    lab.relay.largestRequest = { bytes: 256, szx: 4 };
    await lab.until(lab.client.client.put(lab.relay.uri("store"), { ...PEER, payload: BODY }));
    assert.deepEqual(stored, BODY);
    const [whole, ...blocks] = lab.sent.map((bytes) => new Message(bytes));
    assert.ok(whole!.payload.length > 256);
    // Of 128 bytes each, and nothing of that is seen.
    assert.equal(blocks.length, 3);
    for (const { payload, options } of blocks) {
      assert.ok(payload.length <= 256);
      assert.equal(blockOption(options, BLOCK1), undefined);
    }
    assert.equal(new Message(lab.received[0]!).code, REQUEST_ENTITY_TOO_LARGE);
    assert.ok(new Message(lab.received[1]!).code < CONTENT);
  });
});
