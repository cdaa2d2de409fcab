import { encodeUtf8 } from "../../../../src/bytes/utf8.js";
import { OCTET_STREAM } from "../../../../src/coap/codec/content-format.js";
import { withClientOver, type Scheme } from "../../ours/any-transport.js";
import type { PeerServer } from "../../scenarios/peer.js";
import { testPeer } from "../../scenarios/table.js";
import { withLibcoapServer, type LibcoapServer } from "./libcoap.js";
import { withLibcoap } from "./libcoap-streams.js";
import { withRunningClient } from "./running-client.js";

/** Its example server has resources of its own; further ones are made by PUT, and can be observed. */
async function withState<T>(
  scheme: Scheme,
  { uri, process }: LibcoapServer,
  use: (server: PeerServer) => Promise<T>,
): Promise<T> {
  const first = { payload: encodeUtf8("first"), contentFormat: OCTET_STREAM };
  await withClientOver(scheme, ({ client }) => client.put(`${uri}/state`, first));
  return use({ uri, kill: () => process.kill() });
}

const NO_SUCH_RESOURCE = "the example server of 4.3.1 has no such resource (server.test.ts tries its own)";

const SCHEMES = ["coap", "coap+tcp", "coaps+tcp"] as const;

/** client.test.ts and client-streams.test.ts observe with it. */
const BY_TIME = "the client of 4.3.1 observes for a time, not for a number of states";

testPeer({
  name: "libcoap",
  server: {
    schemes: SCHEMES,
    with: (scheme, use) =>
      scheme === "coap+tcp" || scheme === "coaps+tcp"
        ? withLibcoap(scheme, ({ withServer }) => withServer([], (server) => withState(scheme, server, use)))
        : withLibcoapServer("::1", [], (server) => withState(scheme, server, use)),
    cannot: {
      methods: NO_SUCH_RESOURCE,
      "methods of RFC 8132": NO_SUCH_RESOURCE,
      discovery: NO_SUCH_RESOURCE,
      separate: NO_SUCH_RESOURCE,
      "separate NON": NO_SUCH_RESOURCE,
      "any order": NO_SUCH_RESOURCE,
      "blocks both ways": NO_SUCH_RESOURCE,
      "blocks both ways, FETCH": NO_SUCH_RESOURCE,
      "end of the connection": NO_SUCH_RESOURCE,
      ETag: "the example server of 4.3.1 has ETags for bodies in blocks only",
      conditions: "the example server of 4.3.1 does not look at conditions",
    },
  },
  client: {
    schemes: SCHEMES,
    with: (scheme, _server, use) =>
      scheme === "coap+tcp" || scheme === "coaps+tcp"
        ? withLibcoap(scheme, ({ client, trust }) => withRunningClient(client, trust, use))
        : withRunningClient("coap-client-notls", [], use),
    cannot: {
      Observe: BY_TIME,
      "end of Observe": BY_TIME,
      "Observe in blocks": BY_TIME,
    },
  },
  oscore: "4.3.1 has none",
  edhoc: "4.3.1 has none",
});
