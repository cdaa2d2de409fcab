import { EMPTY } from "../../../../src/coap/codec/code.js";
import { DisconnectedError, RefusedError, TimeoutError } from "../../../../src/coap/errors.js";
import { NO_SUCCESS } from "../../../../src/coap/requesting/no-response.js";
import { text } from "../../../../src/coap/server/response.js";
import { assert, describe, it } from "../../../portable.js";
import { CLIENT, ConnectedWorld, SERVER, uri } from "./connected.js";

describe("requests over connections", () => {
  it("RFC 8323 §3.3: several requests at once, over one connection, answered out of order", async () => {
    const world = new ConnectedWorld();
    const server = world.server();
    const client = world.client();
    const ports: number[] = [];
    server.site.add("slow", {
      get: async ({ remote }) => {
        ports.push(remote.port);
        await new Promise<void>((resolve) => void world.time.set(resolve, 500));
        return text("slow");
      },
    });
    server.site.add("quick", {
      get: ({ remote }) => {
        ports.push(remote.port);
        return text("quick");
      },
    });
    const order: string[] = [];
    const get = async (path: string): Promise<void> => {
      order.push((await client.client.get(uri(path))).text());
    };
    await world.time.until(Promise.all([get("slow"), get("quick"), get("quick")]));
    assert.deepEqual(order, ["quick", "quick", "slow"]);
    assert.equal(new Set(ports).size, 1);
  });

  it("RFC 8323 §3.3: who was connected to asks over the same connection", async () => {
    const world = new ConnectedWorld();
    const server = world.server();
    const client = world.client();
    let asker = "";
    server.site.add("a", {
      get: ({ remote: { scheme, address, port } }) => {
        asker = `${scheme}://[${address}]:${port}`;
        return text("1");
      },
    });
    client.site.add("b", { get: () => text("2") });
    await world.time.until(client.client.get(uri("a")));
    const response = await world.time.until(server.client.get(`${asker}/b`));
    assert.equal(response.text(), "2");
    assert.ok(asker.startsWith(`coap+tcp://[${CLIENT}]:`), asker);
  });

  it("RFC 8323 §5.4: ping, in the time of there and back", async () => {
    const world = new ConnectedWorld({ delayMs: 20 });
    world.server();
    const client = world.client();
    await world.time.until(client.client.ping(uri("")));
    assert.equal(Math.round(await world.time.until(client.client.ping(uri("")))), 40);
  });

  it("the round trip of the first request does not count the opening of its connection", async () => {
    const world = new ConnectedWorld({ delayMs: 20 });
    const server = world.server();
    server.site.add("a", { get: () => text("1") });
    const { roundTripMs } = await world.time.until(world.client().client.get(uri("a")));
    assert.equal(Math.round(roundTripMs!), 40);
  });

  it("RFC 7967 §2.1: a response that is not wanted does not come", async () => {
    const world = new ConnectedWorld();
    const server = world.server();
    let asked = 0;
    server.site.add("a", {
      get: () => {
        asked += 1;
        return text("1");
      },
    });
    const client = world.client();
    const { code } = await world.time.until(
      client.client.get(uri("a"), { noResponse: NO_SUCCESS, timeoutMs: 1000 }),
    );
    assert.deepEqual([code, asked], [EMPTY, 1]);
  });

  it("RFC 8323 §7.2: the observer gets the first state, each change, and the newest of those it was too slow for", async () => {
    const world = new ConnectedWorld({ windowBytes: 2000 });
    const server = world.server({ connectionLimits: { maxUnsentBytes: 100 } });
    let state = 0;
    const resource = server.site.add("state", {
      observable: true,
      get: () => text(`${state}`.padEnd(900, " ")),
    });
    const client = world.client({ limits: { notificationQueue: 100 } });
    const observation = await world.time.until(client.client.observe(uri("state")));
    const next = async (): Promise<number> => {
      const { value } = await world.time.until(observation.next());
      return Number(value!.text());
    };
    assert.equal(await next(), 0);
    state = 1;
    resource.notify();
    assert.equal(await next(), 1);
    // Faster than the network takes them.
    for (state = 2; state < 50; state += 1) resource.notify();
    state = 50;
    resource.notify();
    const seen: number[] = [];
    while (seen.at(-1) !== 50) seen.push(await next());
    assert.ok(seen.length < 10, `${seen.length} notifications`);
    await world.time.until(observation.cancel());
    resource.notify();
    await world.time.advance(100);
    assert.equal(observation.active, false);
  });
});

describe("connections that end", () => {
  it("nobody listens: a RefusedError that names address and port", async () => {
    const world = new ConnectedWorld();
    const client = world.client();
    const error = await world.time.until(assert.rejects(client.client.get(uri("a")), RefusedError));
    assert.ok(error.message.includes(`${SERVER} port 5683`), error.message);
  });

  it("RFC 8323 §3.4: all that is under way fails at once, and the next request opens a new connection", async () => {
    const world = new ConnectedWorld();
    const server = world.server();
    server.site.add("never", { get: () => new Promise(() => undefined) });
    const client = world.client();
    const both = [client.client.get(uri("never")), client.client.get(uri("never"))];
    await world.time.advance(10);
    server.close();
    await world.time.until(Promise.all(both.map((one) => assert.rejects(one, DisconnectedError))));
    const again = world.server();
    again.site.add("a", { get: () => text("1") });
    assert.equal((await world.time.until(client.client.get(uri("a")))).text(), "1");
  });

  it("a request that is given up while the connection opens fails in its own time", async () => {
    const world = new ConnectedWorld();
    world.streams.dark.add(SERVER);
    const client = world.client();
    const payload = new Uint8Array(5000);
    await world.time.until(
      assert.rejects(client.client.put(uri("a"), { payload, timeoutMs: 500 }), TimeoutError),
    );
    assert.equal(Math.round(world.time.nowMs), 500);
  });

  it("an endpoint over connections has no groups, and no URIs of another scheme", async () => {
    const world = new ConnectedWorld();
    const endpoint = world.server();
    assert.throws(() => endpoint.joinGroup("ff02::fd"), RangeError);
    assert.throws(() => endpoint.client.multicast("coap+tcp://[ff02::fd]/a"), RangeError);
    await assert.rejects(endpoint.client.get(`coap://[${SERVER}]/a`), RangeError);
  });
});
