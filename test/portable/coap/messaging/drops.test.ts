import { fromHex } from "../../../../src/bytes/hex.js";
import { Endpoint } from "../../../../src/coap/endpoint.js";
import { Site } from "../../../../src/coap/server/site.js";
import { changed, text } from "../../../../src/coap/server/response.js";
import { assert, describe, it, World } from "../../../portable.js";

const SERVER = "fd00::1";

/** Sends datagrams, and gives the reasons of those that were dropped. @param datagrams in hexadecimal */
async function reasonsOf(
  datagrams: readonly string[],
  options: { readonly isGroup?: boolean } = {},
): Promise<{ readonly reasons: string[]; readonly endpoint: Endpoint }> {
  const world = new World({ seed: 1 });
  const site = new Site();
  site.add("a", { get: () => text("a"), post: () => changed() });
  const reasons: string[] = [];
  const endpoint = new Endpoint(world.host(SERVER), {
    port: 5683,
    site,
    onDrop: ({ reason, bytes, remote }) => void reasons.push(`${reason} ${bytes.length} ${remote.address}`),
  });
  if (options.isGroup === true) endpoint.joinGroup("ff02::fd");
  const attacker = new (world.host("fd00::2").udp)({});
  for (const datagram of datagrams) {
    attacker.write(fromHex(datagram), options.isGroup === true ? "ff02::fd" : SERVER, 5683);
    await world.time.advance(100);
  }
  return { reasons, endpoint };
}

describe("a datagram that is dropped", () => {
  for (const [title, datagrams, reason] of [
    ["RFC 7252 §3: it is too short", ["400100"], "notCoap 3 fd00::2"],
    ["RFC 7252 §3: it is of another version", ["8001000a"], "notCoap 4 fd00::2"],
    ["RFC 7252 §4.2: it has a format error", ["4001000aff"], "malformed 5 fd00::2"],
    ["RFC 7252 §4.5: it came before", ["4002000ab161", "4002000ab161"], "duplicates 6 fd00::2"],
    ["RFC 7252 §4.2: an acknowledgement matches nothing", ["6000000a"], "unmatched 4 fd00::2"],
    ["RFC 7252 §4.2: a response matches nothing", ["4145000a01"], "unmatched 5 fd00::2"],
  ] as const)
    it(`${title}: the listener hears the reason, whose counter counts it`, async () => {
      const { reasons, endpoint } = await reasonsOf(datagrams);
      assert.deepEqual(reasons, [reason]);
      const name = reason.split(" ")[0] as "unmatched";
      assert.equal(endpoint.counters[name], 1);
    });

  it("RFC 7252 §8.1: a Confirmable message to a group is", async () => {
    const { reasons } = await reasonsOf(["4001000ab161"], { isGroup: true });
    assert.deepEqual(reasons, ["malformed 6 fd00::2"]);
  });

  it("a request that is answered is not", async () => {
    const { reasons, endpoint } = await reasonsOf(["4001000ab161", "4001000bb161"]);
    assert.deepEqual([reasons, endpoint.counters.sent], [[], 2]);
  });
});
