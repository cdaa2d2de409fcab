import { withCertificate } from "../../ours/certificate-file.js";
import { testPeer } from "../../scenarios/table.js";
import { withAiocoapClient, withAiocoapOscoreServer, withAiocoapServer } from "./aiocoap.js";
import { withContext } from "./contexts.js";
import { contextCredentials, tlsCredentials } from "./credentials.js";

const SCHEMES = ["coap", "coap+tcp", "coaps+tcp", "coap+ws", "coaps+ws"] as const;

/** Where RFC 8323 §7.4 has a client deregister. */
const SILENT_END =
  "0.4.17 forgets an observation over a connection without a word, and ignores notifications";

testPeer({
  name: "aiocoap",
  server: {
    schemes: SCHEMES,
    with: (scheme, use) =>
      scheme.startsWith("coaps")
        ? withCertificate((path) => withAiocoapServer(scheme, path, use))
        : withAiocoapServer(scheme, undefined, use),
    cannot: { "critical option": "0.4.17 leaves options that it does not know to its resources" },
  },
  client: {
    schemes: SCHEMES,
    with: (scheme, server, use) =>
      scheme.startsWith("coaps")
        ? withCertificate((path) => withAiocoapClient(tlsCredentials(server, path), use))
        : withAiocoapClient(undefined, use),
    cannot: {
      "end of Observe": {
        "coap+tcp": SILENT_END,
        "coaps+tcp": SILENT_END,
        "coap+ws": SILENT_END,
        "coaps+ws": SILENT_END,
      },
    },
  },
  oscore: {
    name: "aiocoap",
    withServer: (context, use) =>
      withContext(context, (folder) => withAiocoapOscoreServer(() => contextCredentials(folder), use)),
    withClient: (context, server, use) =>
      withContext(context, (folder) => withAiocoapClient(contextCredentials(folder, server), use)),
  },
});
