/** libcoap's programs over TCP, and over TLS with certificates. */

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { withFolder } from "../../../node/cli/temporary-folder.js";
import { withLibcoapServer, libcoapRequestOf, type LibcoapAnswer, type LibcoapServer } from "./libcoap.js";
import { CREDENTIALS } from "../../ours/stream-endpoints.js";

export type LibcoapScheme = "coap+tcp" | "coaps+tcp";

/** How libcoap's programs are called for a scheme. */
export interface LibcoapPrograms {
  readonly client: string;
  /** What its client needs beside its own arguments. */
  readonly trust: readonly string[];
  request(...args: readonly string[]): Promise<LibcoapAnswer>;
  /** Runs `use` with its server. @param args further arguments */
  withServer<T>(args: readonly string[], use: (server: LibcoapServer) => Promise<T>): Promise<T>;
}

/** Where TLS is, when UDP and TCP are at `port`. */
function uriOf(scheme: LibcoapScheme, uri: string): string {
  const port = Number(/\d+$/u.exec(uri)![0]);
  return scheme === "coap+tcp" ? `coap+tcp://[::1]:${port}` : `coaps+tcp://[::1]:${port + 1}`;
}

/** Runs `use` with the programs that speak a scheme. */
export function withLibcoap<T>(
  scheme: LibcoapScheme,
  use: (programs: LibcoapPrograms) => Promise<T>,
): Promise<T> {
  return withFolder(async (folder) => {
    const [certificate, key] = [join(folder, "certificate.pem"), join(folder, "key.pem")];
    await writeFile(certificate, CREDENTIALS.certificate);
    await writeFile(key, CREDENTIALS.privateKey);
    const isSecure = scheme === "coaps+tcp";
    const [client, server] = isSecure
      ? ["coap-client-openssl", "coap-server-openssl"]
      : ["coap-client-notls", "coap-server-notls"];
    const trust = isSecure ? ["-C", certificate] : [];
    const secrets = isSecure ? ["-c", certificate, "-j", key, "-C", certificate] : [];
    return use({
      client,
      trust,
      request: (...args) => libcoapRequestOf(client, ...trust, ...args),
      withServer: (args, useServer) =>
        withLibcoapServer(
          "::1",
          [...secrets, ...args],
          ({ uri, process }) => useServer({ uri: uriOf(scheme, uri), process }),
          server,
        ),
    });
  });
}
