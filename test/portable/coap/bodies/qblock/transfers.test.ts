import { Endpoint, type EndpointOptions } from "../../../../../src/coap/endpoint.js";
import type { QBlockParameters } from "../../../../../src/coap/bodies/qblock/parameters.js";
import { qBlock } from "../../../../../src/coap/bodies/qblock/q-block.js";
import { changed, content } from "../../../../../src/coap/server/response.js";
import { World, assert, describe, it } from "../../../../portable.js";

/** A body whose bytes say where they stand. */
function body(length: number, salt = 0): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (index * 7 + (index >> 8) + salt) & 0xff);
}

interface PairOptions {
  readonly loss?: number;
  readonly seed?: number;
  readonly server?: EndpointOptions;
  readonly client?: EndpointOptions;
  readonly parameters?: Partial<QBlockParameters>;
}

interface Pair {
  readonly world: World;
  readonly server: Endpoint;
  readonly client: Endpoint;
  readonly uri: string;
  /** How often a handler was called. */
  readonly calls: { count: number };
}

/** Fits a device that is server and client at once. */
const LENGTH = 6_000;
const LIMITS = Object.freeze({ maxBodyBytes: LENGTH });
/** Makes 94 blocks of it, in ten sets. */
const BLOCK_SIZE = 64;

/** Two of our endpoints with Q-Block; /e answers what it was sent, /big has 100,000 bytes, /store takes bodies. */
function pair({ loss = 0, seed = 1, server = {}, client = {}, parameters = {} }: PairOptions = {}): Pair {
  const world = new World({
    seed,
    network: { loss, delayMs: [20, 40], duplication: loss / 2, reordering: loss / 2 },
  });
  const both = { limits: LIMITS, qBlock: qBlock(parameters) };
  const one = new Endpoint(world.host("fd00::1"), { port: 5683, ...both, ...server });
  const other = new Endpoint(world.host("fd00::2"), { ...both, ...client });
  const calls = { count: 0 };
  const echo = ({ payload }: { readonly payload: Uint8Array }): ReturnType<typeof content> => {
    calls.count += 1;
    return content(payload, 42);
  };
  one.site.add("e", { post: echo, fetch: echo, put: echo, patch: echo, ipatch: echo });
  one.site.add("big", { get: () => content(body(LENGTH), 42) });
  one.site.add("store", {
    put: ({ payload }) => {
      calls.count += 1;
      assert.deepEqual(payload, body(payload.length));
      return changed();
    },
  });
  return { world, server: one, client: other, uri: "coap://[fd00::1]", calls };
}

const BLOCKS = "Q-Block";

describe("Q-Block, both ways", () => {
  for (const confirmable of [false, true]) {
    const type = confirmable ? "Confirmable" : "Non-confirmable";
    it(`RFC 9177 §4: ${type} bodies around the borders of blocks and of sets of them`, async () => {
      for (const length of [0, 1, 15, 16, 17, 32, 159, 160, 161, 320, 321]) {
        const { world, client, uri, calls } = pair();
        const payload = body(length);
        const response = await world.time.until(
          client.client.post(`${uri}/e`, { payload, blockSize: 16, blocks: BLOCKS, confirmable }),
        );
        assert.deepEqual(response.payload, payload, `${length} bytes`);
        assert.equal(calls.count, 1, `${length} bytes`);
      }
    });
  }

  for (const seed of [1, 2, 3])
    it(`RFC 9177 §7.2: bodies arrive whole under loss, duplication and reordering, seed ${seed}`, async () => {
      const { world, client, uri, calls } = pair({ loss: 0.05, seed });
      const read = await world.time.until(
        client.client.get(`${uri}/big`, { blocks: BLOCKS, blockSize: BLOCK_SIZE }),
      );
      assert.deepEqual(read.payload, body(LENGTH));
      await world.time.until(
        client.client.put(`${uri}/store`, { payload: body(LENGTH), blocks: BLOCKS, blockSize: BLOCK_SIZE }),
      );
      assert.equal(calls.count, 1);
    });

  for (const confirmable of [false, true])
    it(`RFC 9177 §4.3: a server of smaller blocks gets those, ${confirmable ? "Confirmable" : "Non-confirmable"}`, async () => {
      const limits = { ...LIMITS, blockBytes: 32 };
      const { world, client, uri, calls } = pair({ loss: 0.05, seed: 6, server: { limits } });
      const payload = body(1_000);
      const options = { payload, blocks: BLOCKS, blockSize: BLOCK_SIZE, confirmable } as const;
      const response = await world.time.until(client.client.post(`${uri}/e`, options));
      assert.deepEqual(response.payload, payload);
      assert.equal(calls.count, 1);
    });

  it("RFC 7252 §4.4: blocks wait for a message ID, and the body arrives whole", async () => {
    const { world, client, uri } = pair();
    const { messageIds } = client.client.parts.messages.peers.obtain("fd00::1", 5683)!;
    // All but some: bodies of 94 blocks use up the rest.
    for (let used = 0; used < 61_400; used += 1) messageIds.take({ monotonicMs: () => world.time.nowMs });
    const options = { payload: body(LENGTH), blockSize: BLOCK_SIZE, blocks: "Q-Block" } as const;
    for (let times = 0; times < 5 && client.counters.messageIdPauses === 0; times += 1)
      await world.time.until(client.client.put(`${uri}/store`, options));
    assert.ok(client.counters.messageIdPauses > 0);
    // EXCHANGE_LIFETIME
    assert.ok(world.time.nowMs > 247_000, `${world.time.nowMs} ms`);
  });

  it("RFC 9177 §3: faster than Block1 and Block2, on a perfect path and under a loss of 5 %", async () => {
    for (const loss of [0, 0.05])
      for (const seed of [4, 5]) {
        const times: number[] = [];
        for (const options of [
          { blocks: BLOCKS, blockSize: BLOCK_SIZE },
          { blockSize: BLOCK_SIZE },
        ] as const) {
          const { world, client, uri } = pair({ loss, seed });
          const startMs = world.time.nowMs;
          await world.time.until(client.client.get(`${uri}/big`, options));
          times.push(world.time.nowMs - startMs);
          const middleMs = world.time.nowMs;
          await world.time.until(client.client.put(`${uri}/store`, { payload: body(LENGTH), ...options }));
          times.push(world.time.nowMs - middleMs);
        }
        const [qGet, qPut, get, put] = times as [number, number, number, number];
        assert.ok(qGet < get, `GET: ${qGet} ms and ${get} ms, loss ${loss}, seed ${seed}`);
        assert.ok(qPut < put, `PUT: ${qPut} ms and ${put} ms, loss ${loss}, seed ${seed}`);
      }
  });
});
