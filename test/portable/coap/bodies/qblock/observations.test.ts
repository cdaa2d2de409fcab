import type { ClientResponse } from "../../../../../src/coap/client-response.js";
import type { Observation } from "../../../../../src/coap/client/observation.js";
import { Endpoint } from "../../../../../src/coap/endpoint.js";
import { qBlock } from "../../../../../src/coap/bodies/qblock/q-block.js";
import { content } from "../../../../../src/coap/server/response.js";
import type { Resource } from "../../../../../src/coap/server/resource.js";
import { World, assert, describe, it } from "../../../../portable.js";

/** Makes 24 blocks, in three sets. */
const LENGTH = 1_500;
const BLOCK_SIZE = 64;
const BLOCKS = "Q-Block";

/** A body of one state. */
function body(state: number): Uint8Array {
  return Uint8Array.from({ length: LENGTH }, (_, index) => (index + state) & 0xff);
}

/** Two of our endpoints; the server's /s can be observed. */
class Pair {
  readonly world: World;
  readonly server: Endpoint;
  readonly client: Endpoint;
  readonly resource: Resource;
  state = 0;

  constructor(loss: number, seed: number, takesQBlock = true) {
    this.world = new World({
      seed,
      network: { loss, delayMs: [20, 40], duplication: loss / 2, reordering: loss / 2 },
    });
    this.server = new Endpoint(this.world.host("fd00::1"), {
      port: 5683,
      ...(takesQBlock && { qBlock: qBlock() }),
    });
    this.client = new Endpoint(this.world.host("fd00::2"), { qBlock: qBlock() });
    this.resource = this.server.site.add("s", { observable: true, get: () => content(body(this.state), 42) });
  }

  observe(confirmable = false): Promise<Observation> {
    const options = { blocks: BLOCKS, blockSize: BLOCK_SIZE, confirmable } as const;
    return this.world.time.until(this.client.client.observe("coap://[fd00::1]/s", options));
  }

  /** The next state. */
  async next(observation: Observation): Promise<ClientResponse> {
    const { value } = await this.world.time.until(observation.next());
    return value!;
  }

  change(): void {
    this.state += 1;
    this.resource.notify();
  }
}

describe("Q-Block2, observed both ways", () => {
  for (const confirmable of [false, true]) {
    const type = confirmable ? "Confirmable" : "Non-confirmable";
    it(`RFC 9177 §4.5: each state arrives whole, registered ${type}`, async () => {
      const pair = new Pair(0, 1);
      const observation = await pair.observe(confirmable);
      assert.deepEqual((await pair.next(observation)).payload, body(0));
      for (let state = 1; state <= 5; state += 1) {
        pair.change();
        assert.deepEqual((await pair.next(observation)).payload, body(state));
        await pair.world.time.advance(5_000);
      }
      await pair.world.time.until(observation.cancel());
    });

    for (const seed of [1, 2, 3])
      it(`RFC 9177 §7.2, RFC 7641 §4.5: the latest state arrives whole in spite of loss, registered ${type}, seed ${seed}`, async () => {
        const pair = new Pair(0.1, seed);
        const observation = await pair.observe(confirmable);
        const states: Uint8Array[] = [];
        const reading = (async () => {
          for await (const { payload } of observation) states.push(payload);
        })();
        for (let change = 0; change < 8; change += 1) {
          pair.change();
          await pair.world.time.advance(7_000);
        }
        await pair.world.time.advance(150_000);
        assert.deepEqual(states.at(-1), body(pair.state));
        // Each is of one state.
        for (const payload of states) assert.deepEqual(payload, body(payload[0]!));
        // A Confirmable body that loses a block gives way to the next state (RFC 7641 §4.5.2).
        assert.ok(states.length >= (confirmable ? 2 : 4), `${states.length} states`);
        await pair.world.time.until(observation.cancel());
        await pair.world.time.until(reading);
      });
  }

  it("RFC 9177 §4.1: a server without Q-Block is observed with Block2", async () => {
    const pair = new Pair(0, 1, false);
    const observation = await pair.observe();
    assert.deepEqual((await pair.next(observation)).payload, body(0));
    pair.change();
    assert.deepEqual((await pair.next(observation)).payload, body(1));
    await pair.world.time.until(observation.cancel());
  });

  it("RFC 7641 §3.3.1: lives on for as long as it is renewed, and ends when it is cancelled", async () => {
    const pair = new Pair(0, 2);
    const observation = await pair.observe();
    await pair.next(observation);
    await pair.world.time.advance(300_000);
    const states: number[] = [];
    const reading = (async () => {
      for await (const { payload } of observation) states.push(payload[0]!);
    })();
    pair.change();
    await pair.world.time.advance(20_000);
    assert.equal(states.at(-1), 1);
    await pair.world.time.until(observation.cancel());
    await pair.world.time.until(reading);
    const { length } = states;
    pair.change();
    await pair.world.time.advance(100_000);
    assert.equal(states.length, length);
  });
});
