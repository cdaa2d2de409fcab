import { Endpoint, type EndpointOptions } from "../../../../../src/coap/endpoint.js";
import { changed, content } from "../../../../../src/coap/server/response.js";
import { World, assert, describe, it } from "../../../../portable.js";

/** A body whose bytes say where they stand. */
function body(length: number, salt = 0): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (index * 7 + (index >> 8) + salt) & 0xff);
}

interface Pair {
  readonly world: World;
  readonly server: Endpoint;
  readonly client: Endpoint;
  readonly uri: string;
}

/** Two of our endpoints; /e answers what it was sent, with all methods. */
function pair(
  loss: number,
  serverOptions: EndpointOptions = {},
  clientOptions: EndpointOptions = {},
  seed = 1,
): Pair {
  const world = new World({
    seed,
    network: { loss, delayMs: [5, 30], duplication: loss / 2, reordering: loss / 2 },
  });
  const server = new Endpoint(world.host("fd00::1"), { port: 5683, ...serverOptions });
  const client = new Endpoint(world.host("fd00::2"), clientOptions);
  const echo = ({ payload }: { readonly payload: Uint8Array }): ReturnType<typeof content> =>
    content(payload, 42);
  server.site.add("e", { post: echo, fetch: echo, put: echo, patch: echo, ipatch: echo });
  return { world, server, client, uri: "coap://[fd00::1]/e" };
}

/** Pieces of a body, one after the other. */
class Pieces implements AsyncIterable<Uint8Array>, AsyncIterator<Uint8Array> {
  readonly #bytes: Uint8Array;
  readonly #size: number;
  #at = 0;

  constructor(bytes: Uint8Array, size: number) {
    this.#bytes = bytes;
    this.#size = size;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<Uint8Array, undefined>> {
    const value = this.#bytes.subarray(this.#at, this.#at + this.#size);
    this.#at += value.length;
    return Promise.resolve(value.length > 0 ? { done: false, value } : { done: true, value: undefined });
  }
}

describe("block-wise, both ways", () => {
  for (const size of [16, 32, 64, 128, 256, 512, 1024])
    it(`RFC 7959: bodies around the borders of blocks of ${size} bytes`, async () => {
      const { world, client, uri } = pair(0, { limits: { blockBytes: size } });
      for (const length of [0, 1, size - 1, size, size + 1, 2 * size, 2 * size + 1]) {
        const payload = body(length);
        const response = await world.time.until(client.client.post(uri, { payload, blockSize: size }));
        assert.deepEqual(response.payload, payload, `${length} bytes`);
      }
    });

  for (const [ours, theirs] of [
    [16, 1024],
    [1024, 16],
    [64, 256],
  ] as const)
    it(`RFC 7959 §2.3: a client with blocks of ${ours} and a server with blocks of ${theirs}`, async () => {
      const { world, client, uri } = pair(
        0,
        { limits: { blockBytes: theirs } },
        { limits: { blockBytes: ours } },
      );
      const payload = body(1500);
      const response = await world.time.until(client.client.post(uri, { payload }));
      assert.deepEqual(response.payload, payload);
    });

  it("RFC 8132: FETCH, PATCH and iPATCH with large bodies both ways", async () => {
    const { world, client, uri } = pair(0);
    const payload = body(2500);
    for (const method of ["put", "fetch", "patch", "ipatch"] as const) {
      const response = await world.time.until(client.client[method](uri, { payload, blockSize: 512 }));
      assert.deepEqual(response.payload, payload, method);
    }
  });

  it("with 20 % loss, duplicates and reordering every body arrives, and no POST acts twice", async () => {
    for (let seed = 1; seed <= 4; seed += 1) {
      const { world, server, client } = pair(0.2, {}, {}, seed);
      let posts = 0;
      server.site.add("p", {
        post: ({ payload }) => {
          posts += 1;
          return content(payload, 42);
        },
      });
      const payload = body(600, seed);
      const response = await world.time.until(
        client.client.post("coap://[fd00::1]/p", { payload, blockSize: 64 }),
      );
      assert.deepEqual([response.payload, posts], [payload, 1]);
    }
  });

  it("with 20 % loss a resource that changes all the time is read whole, of one state", async () => {
    const { world, server, client } = pair(0.2);
    let state = 0;
    server.site.add("l", { get: () => content(new Uint8Array(500).fill((state += 1) & 0xff), 42) });
    const { payload } = await world.time.until(client.client.get("coap://[fd00::1]/l", { blockSize: 64 }));
    assert.equal(payload.length, 500);
    assert.ok(payload.every((byte) => byte === payload[0]));
  });

  it("a body in pieces goes up while the answer comes down in blocks", async () => {
    const { world, client, uri } = pair(0);
    const whole = body(3000);
    const payload = new Pieces(whole, 100);
    const { body: answer } = await world.time.until(
      client.client.stream(2, uri, { payload, blockSize: 256 }),
    );
    const read = async (): Promise<number> => {
      let at = 0;
      for await (const block of answer) {
        assert.deepEqual(block, whole.subarray(at, at + block.length));
        at += block.length;
      }
      return at;
    };
    assert.equal(await world.time.until(read()), 3000);
  });

  it("RFC 9175 §3.5.2: two large requests to one resource at once, and their large answers", async () => {
    const { world, client, uri } = pair(
      0.1,
      { limits: { assemblies: 3, representations: 3 } },
      { parameters: { nstart: 3 } },
    );
    const bodies = [1, 2, 3].map((salt) => body(300, salt));
    const responses = bodies.map((payload) => client.client.post(uri, { payload, blockSize: 64 }));
    for (const [index, response] of (await world.time.until(Promise.all(responses))).entries())
      assert.deepEqual(response.payload, bodies[index]);
  });

  it("an upload that pauses goes on although many strangers were heard meanwhile", async () => {
    const { world, server, client, uri } = pair(0, {}, { limits: { peers: 2 } });
    const port = client.port;
    const whole = body(200);
    const stranger = world.host("fd00::3");
    let at = 0;
    const payload: AsyncIterable<Uint8Array> = {
      [Symbol.asyncIterator]: () => ({
        next: async () => {
          const value = whole.subarray(at, at + 64);
          at += value.length;
          for (let count = 0; count < 4; count += 1) {
            const socket = new stranger.udp({});
            socket.write(Uint8Array.of(0x40, 1, 0, 1), "fd00::2", port);
            await new Promise<void>((resolve) => void world.time.set(resolve, 10));
            socket.close();
          }
          return value.length > 0 ? { done: false, value } : { done: true, value: undefined };
        },
      }),
    };
    const response = await world.time.until(client.client.post(uri, { payload, blockSize: 64 }));
    assert.deepEqual(response.payload, whole);
    assert.equal(server.counters.unmatched, 0);
  });

  it("stateless: each block of an upload is written where it belongs", async () => {
    const { world, server, client } = pair(0.2);
    const file = new Uint8Array(500);
    server.site.add("f", {
      bodies: "blocks",
      put: ({ block, payload }) => {
        file.set(payload, block?.offset ?? 0);
        return changed();
      },
    });
    const payload = body(500);
    await world.time.until(client.client.put("coap://[fd00::1]/f", { payload, blockSize: 32 }));
    assert.deepEqual(file, payload);
  });
});
