import assert from "node:assert/strict";
import { createServer, type AddressInfo } from "node:net";
import { nodePlatform } from "../../../../hosts/node/platform.js";
import {
  MAX_ADDRESSES,
  resolveAddresses,
  resolveHost,
  ResolveError,
  resolveUri,
  type Lookup,
} from "../../../../hosts/node/resolve.js";
import { NodeUDP } from "../../../../hosts/node/udp.js";
import { Endpoint } from "../../../../src/coap/endpoint.js";
import { changed } from "../../../../src/coap/server/response.js";

describe("resolving host names", () => {
  it("passes numeric addresses through, in normal form", async () => {
    assert.equal(await resolveHost("192.0.2.1"), "192.0.2.1");
    assert.equal(await resolveHost("FD00:0:0::1"), "fd00::1");
    assert.equal(await resolveHost("fe80::1%eth0"), "fe80::1%eth0");
  });

  it("finds names of the hosts file", async () => {
    assert.match(await resolveHost("localhost"), /^(::1|127\.0\.0\.1)$/);
  });

  it("RFC 6761 §6.4: says so when there is no address", async () => {
    await assert.rejects(resolveHost("no-such-host.invalid"), ResolveError);
  });

  it("puts the address into a URI and keeps the name for Uri-Host", async () => {
    const { uri, host } = await resolveUri("coap://LOCALHOST:61616/a%20b?c=d");
    assert.match(uri, /^coap:\/\/(\[::1\]|127\.0\.0\.1):61616\/a%20b\?c=d$/);
    assert.equal(host, "localhost");
    assert.deepEqual(await resolveUri("coap://[::1]/time"), { uri: "coap://[::1]/time", host: undefined });
  });
});

/** A resolver that knows one name. */
function answering(...addresses: string[]): Lookup {
  return (name) =>
    name === "both.example" ? Promise.resolve(addresses) : Promise.reject(new Error("unknown"));
}

/** A server at one address, and how often it did what it was asked. */
function serveAt(address: string, port = 0): { readonly endpoint: Endpoint; readonly calls: () => number } {
  let calls = 0;
  const endpoint = new Endpoint(nodePlatform(), { address, port });
  endpoint.site.add("a", {
    post: () => {
      calls += 1;
      return changed();
    },
  });
  return { endpoint, calls: () => calls };
}

describe("names with several addresses", () => {
  for (const order of [
    ["::1", "127.0.0.1"],
    ["127.0.0.1", "::1"],
  ] as const)
    it(`RFC 6724 §2: the second of ${order.join(" and ")} is asked, once, where nobody is at the first`, async () => {
      const { endpoint, calls } = serveAt(order[1]);
      const client = new Endpoint(nodePlatform());
      try {
        const uri = `coap://both.example:${endpoint.port}/a`;
        const resolved = await resolveUri(uri, { lookup: answering(...order) });
        assert.equal(resolved.host, "both.example");
        assert.ok(resolved.uri.includes(order[1]), resolved.uri);
        await client.client.post(resolved.uri);
        assert.equal(calls(), 1);
      } finally {
        client.close();
        endpoint.close();
      }
    });

  it("RFC 8305 §5: the second is asked, once, where the first keeps silent", async () => {
    const { endpoint, calls } = serveAt("127.0.0.1");
    const { port } = endpoint;
    // Takes everything and says nothing.
    const silent = new NodeUDP({ address: "::1", port });
    const client = new Endpoint(nodePlatform());
    try {
      const lookup = answering("::1", "127.0.0.1");
      const { uri } = await resolveUri(`coap://both.example:${port}/a`, { lookup });
      await client.client.post(uri);
      assert.equal(calls(), 1);
      // An Empty Confirmable message was all that it got.
      const heard = [];
      for (let datagram = silent.read(); datagram; datagram = silent.read())
        heard.push(new Uint8Array(datagram));
      assert.deepEqual(
        heard.map((bytes) => [bytes.length, bytes[0], bytes[1]]),
        [[4, 0x40, 0]],
      );
    } finally {
      client.close();
      silent.close();
      endpoint.close();
    }
  });

  it("RFC 8305 §5: the same holds for TCP", async () => {
    const server = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => void server.listen({ host: "127.0.0.1", port: 0 }, resolve));
    try {
      const { port } = server.address() as AddressInfo;
      for (const scheme of ["coap+tcp", "coaps+tcp", "coap+ws", "coaps+ws"]) {
        const lookup = answering("::1", "127.0.0.1");
        const { uri } = await resolveUri(`${scheme}://both.example:${port}/a`, { lookup });
        assert.equal(uri, `${scheme}://127.0.0.1:${port}/a`);
      }
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  });

  it("RFC 8305 §4: the families are tried by turns, each address once, as many as the limit", async () => {
    const lookup = answering("2001:db8::1", "2001:db8::2", "2001:db8::1", "192.0.2.1", "2001:db8::3");
    assert.deepEqual(await resolveAddresses("both.example", { lookup }), [
      "2001:db8::1",
      "192.0.2.1",
      "2001:db8::2",
      "2001:db8::3",
    ]);
    for (const count of [MAX_ADDRESSES, MAX_ADDRESSES + 1]) {
      const many = Array.from({ length: count }, (_, index) => `192.0.2.${index + 1}`);
      const found = await resolveAddresses("both.example", { lookup: answering(...many) });
      assert.deepEqual(found, many.slice(0, MAX_ADDRESSES));
    }
  });

  it("a resolver that finds none, and options that there are not", async () => {
    await assert.rejects(resolveUri("coap://other.example/a", { lookup: answering() }), ResolveError);
    await assert.rejects(resolveUri("coap://both.example/a", { lookup: answering() }), ResolveError);
    await assert.rejects(resolveUri("coap://both.example/a", { look: answering() } as object), TypeError);
  });
});
