/** The command on machines without a route, or without IPv6. */

import assert from "node:assert/strict";
import {
  runInNamespace,
  WITHOUT_IPV6,
  WITHOUT_ROUTES,
  type NamespaceResult,
} from "../hosts/node/network-namespace.js";
import type { networkInterfaces } from "node:os";
import { CONTENT } from "../../../src/coap/codec/code.js";
import { loopbackAddress } from "../../../hosts/node/loopback.js";
import { skip } from "../../skip.js";
import { cliModule } from "./run-cli.js";

/** Serves, and asks at the URIs that it would print. */
const SERVES = `
  import { uriOfPort } from ${JSON.stringify(new URL("../../../cli/local-port.js", import.meta.url).href)};
  import { nodePlatform, listenTCP, NodeTCP } from ${JSON.stringify(new URL("../../../hosts/node/index.js", import.meta.url).href)};
  import { Endpoint, overConnections, tcpTransport } from ${JSON.stringify(new URL("../../../src/index.js", import.meta.url).href)};
  const said = [];
  const udp = new Endpoint(nodePlatform());
  const tcp = new Endpoint(nodePlatform(), {
    messaging: overConnections(await listenTCP(), { scheme: "coap+tcp" }),
  });
  const clients = {
    coap: new Endpoint(nodePlatform()),
    "coap+tcp": new Endpoint(nodePlatform(), {
      messaging: overConnections(tcpTransport(NodeTCP, undefined), { scheme: "coap+tcp" }),
    }),
  };
  for (const [scheme, { port }] of [["coap", udp], ["coap+tcp", tcp]]) {
    const uri = uriOfPort(port, scheme);
    const { code } = await clients[scheme].client.get(uri + "/.well-known/core");
    said.push([uri.replace(String(port), "PORT"), code]);
  }
  console.log(JSON.stringify(said));
  process.exit();
`;

function run(context: Mocha.Context, command: readonly string[], setUp: string): NamespaceResult {
  const result = runInNamespace(command, setUp);
  if ("missing" in result) skip(context, result.missing);
  return result;
}

describe("a machine without a route", () => {
  for (const [uri, code] of [
    ["coap://192.0.2.1/x", "ENETUNREACH"],
    ["coap://127.0.0.1/x", "ENETUNREACH"],
    ["coap://[2001:db8::1]/x", "(ENETUNREACH|EADDRNOTAVAIL)"],
    ["coap+tcp://192.0.2.1/x", "ENETUNREACH"],
    ["coap+ws://192.0.2.1/x", "ENETUNREACH"],
  ] as const)
    it(`${uri} is refused, with the system's reason`, function () {
      const { status, stderr } = run(this, [process.execPath, cliModule("main"), "get", uri], WITHOUT_ROUTES);
      assert.equal(status, 3);
      assert.match(stderr, new RegExp(`^coapsule: .* port \\d+: .*${code}`, "u"));
    });
});

describe("a machine without IPv6", () => {
  it("is served where it says", function () {
    const command = [process.execPath, "--input-type=module", "--eval", SERVES];
    const { stdout, stderr } = run(this, command, WITHOUT_IPV6);
    assert.equal(stderr, "");
    assert.deepEqual(JSON.parse(stdout), [
      ["coap://127.0.0.1:PORT", CONTENT],
      ["coap+tcp://127.0.0.1:PORT", CONTENT],
    ]);
  });

  it("is reached at ::1 where there is IPv6, and at 127.0.0.1 otherwise", () => {
    const of = (...addresses: string[]): ReturnType<typeof networkInterfaces> => ({
      lo: addresses.map((address) => ({
        address,
        netmask: "",
        mac: "",
        internal: true,
        cidr: null,
        ...(address.includes(":") ? { family: "IPv6" as const, scopeid: 0 } : { family: "IPv4" as const }),
      })),
    });
    assert.equal(loopbackAddress(of("127.0.0.1", "::1")), "::1");
    assert.equal(loopbackAddress(of("127.0.0.1")), "127.0.0.1");
    assert.equal(loopbackAddress({}), "127.0.0.1");
  });
});
