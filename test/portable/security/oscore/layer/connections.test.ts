import { OCTET_STREAM } from "../../../../../src/coap/codec/content-format.js";
import { changed, content, text } from "../../../../../src/coap/server/response.js";
import { Site } from "../../../../../src/coap/server/site.js";
import type { Endpoint } from "../../../../../src/coap/endpoint.js";
import { SecurityContexts } from "../../../../../src/security/oscore/contexts/security-contexts.js";
import { oscore } from "../../../../../src/security/oscore/layer/oscore.js";
import { assert, describe, hostCrypto, it } from "../../../../portable.js";
import { ConnectedWorld, uri } from "../../../coap/reliable/connected.js";
import { CLIENT_PARAMETERS, mirrored } from "./protected-lab.js";

const PEER = { securityContext: "peer" } as const;

interface Connected {
  readonly world: ConnectedWorld;
  readonly site: Site;
  readonly server: Endpoint;
  readonly client: Endpoint;
  /** Code of each frame that the client's endpoint sent. */
  readonly codes: number[];
}

function connected(): Connected {
  const world = new ConnectedWorld();
  const site = new Site();
  const codes: number[] = [];
  const contextsOf = (parameters: typeof CLIENT_PARAMETERS): SecurityContexts => {
    const contexts = new SecurityContexts(hostCrypto());
    contexts.add("peer", parameters);
    return contexts;
  };
  const server = world.server({
    site,
    oscore: oscore({ contexts: contextsOf(mirrored(CLIENT_PARAMETERS)) }),
  });
  const client = world.client({
    oscore: oscore({ contexts: contextsOf(CLIENT_PARAMETERS) }),
    trace: ({ direction, bytes }) => {
      // RFC 8323 §3.2: the code is behind the length and its extension.
      const nibble = bytes[0]! >> 4;
      if (direction === "out") codes.push(bytes[nibble < 13 ? 1 : nibble === 13 ? 2 : 3]!);
    },
  });
  return { world, site, server, client, codes };
}

describe("OSCORE over connections", () => {
  it("RFC 8613 §4.3: over connections requests are protected, and signaling is not", async () => {
    const { world, site, client, codes } = connected();
    site.add("hello", { get: ({ remote }) => text(remote.securityContext ?? "nobody"), protectedBy: "any" });
    const response = await world.time.until(client.client.get(uri("hello"), PEER));
    assert.equal(response.text(), "peer");
    // 7.01 Capabilities and Settings, then 0.02 POST.
    assert.deepEqual(codes, [0xe1, 0x02]);
  });

  it("RFC 8613 §4.1.3.4: bodies and observations over connections", async () => {
    const { world, site, client, server } = connected();
    const body = new Uint8Array(3000).map((_, index) => index);
    let state = body;
    let stored = 0;
    const resource = site.add("body", {
      get: () => content(state, OCTET_STREAM),
      put: ({ payload }) => {
        stored = payload.length;
        return changed();
      },
      observable: true,
    });
    await world.time.until(client.client.put(uri("body"), { ...PEER, payload: body }));
    assert.equal(stored, body.length);
    const observation = await world.time.until(client.client.observe(uri("body"), PEER));
    assert.deepEqual((await world.time.until(observation.next())).value!.payload, body);
    state = body.subarray(0, 1500);
    resource.notify();
    assert.deepEqual((await world.time.until(observation.next())).value!.payload, state);
    const end = observation.next().then(
      () => "ended",
      (error: unknown) => (error as Error).name,
    );
    server.close();
    assert.equal(await world.time.until(end), "DisconnectedError");
  });
});
