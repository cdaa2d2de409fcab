import assert from "node:assert/strict";
import { NodeUDP } from "../../../../hosts/node/udp.js";
import { findDestination, formatPeer, parseTarget, uriOfHost } from "../../../../cli/client/destination.js";
import { UsageError } from "../../../../cli/exit-code.js";

describe("destinations", () => {
  it("RFC 6724 §2: the address is one where somebody is, the name goes into Uri-Host and the certificate", async () => {
    const server = new NodeUDP({ address: "127.0.0.1" });
    const { port } = server;
    const lookup = (): Promise<string[]> => Promise.resolve(["::1", "127.0.0.1"]);
    const uri = `coap://name.example:${port}/a`;
    assert.deepEqual(await findDestination(uri, false, { lookup }), {
      uri,
      scheme: "coap",
      serverName: "name.example",
      address: "127.0.0.1",
      port,
    });
    server.close();
  });

  it("are URIs made from hosts as people type them", () => {
    assert.equal(uriOfHost("::1"), "coap://[::1]");
    assert.equal(uriOfHost("fe80::1%eth0"), "coap://[fe80::1%eth0]");
    assert.equal(uriOfHost("[::1]:5684"), "coap://[::1]:5684");
    assert.equal(uriOfHost("192.0.2.1"), "coap://192.0.2.1");
    assert.equal(uriOfHost("localhost:5684"), "coap://localhost:5684");
    assert.equal(uriOfHost("coap://localhost/a"), "coap://localhost/a");
  });

  it("have a numeric address, and keep the URI as it was typed", async () => {
    const uri = "coap://localhost:5684/a?b";
    const destination = await findDestination(uri);
    assert.equal(destination.uri, uri);
    assert.match(destination.address, /^(?:::1|127\.0\.0\.1)$/u);
    assert.equal(destination.port, 5684);
    assert.equal((await findDestination("coap://[2001:db8::1]")).address, "2001:db8::1");
  });

  it("are not groups: a group's answers come from others (RFC 7252 §8)", async () => {
    await assert.rejects(findDestination("coap://224.0.1.187/"), UsageError);
    await assert.rejects(findDestination("coap://[ff02::fd]/"), UsageError);
  });

  it("need a scheme of CoAP", () => {
    for (const text of ["localhost", "http://localhost/", "coap://", "coap://a b/"])
      assert.throws(() => parseTarget(text), UsageError);
    for (const scheme of ["coap", "coap+tcp", "coaps+tcp", "coap+ws", "coaps+ws"])
      assert.equal(parseTarget(`${scheme}://localhost/`).scheme, scheme);
    assert.throws(() => parseTarget("coaps://localhost/"), /CoAP over DTLS, is not supported/u);
  });

  it("RFC 8323 §8: have the port of their scheme, and the name for SNI and the header field Host", async () => {
    const destination = await findDestination("coaps+ws://LOCALHOST/a");
    assert.deepEqual([destination.scheme, destination.port], ["coaps+ws", 443]);
    assert.equal(destination.serverName, "localhost");
    assert.equal("serverName" in (await findDestination("coaps+tcp://[::1]/a")), false);
  });

  it("RFC 8323 §8: are no groups over connections", async () => {
    await assert.rejects(findDestination("coap+tcp://[ff02::fd]/", true), UsageError);
    assert.equal((await findDestination("coap://[ff02::fd]/", true)).address, "ff02::fd");
  });

  it("are shown with brackets around IPv6", () => {
    assert.equal(formatPeer({ address: "::1", port: 5683 }), "[::1]:5683");
    assert.equal(formatPeer({ address: "192.0.2.1", port: 1 }), "192.0.2.1:1");
  });
});
