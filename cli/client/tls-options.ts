/** Options of commands that ask over TLS. */

import type { Command } from "commander";
import type { TLSClientOptions } from "../../hosts/node/streams/tls.js";
import { UsageError } from "../exit-code.js";
import { readCertificates, readCredentials } from "../streams/pem-file.js";
import type { Destination } from "./destination.js";

export interface TLSFlags {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly insecure?: true;
}

export function addTLSOptions(command: Command): Command {
  return command
    .option("--ca <path>", "authorities to trust instead of the well-known ones, in PEM format, for TLS")
    .option("--cert <path>", "certificate to show to the server, in PEM format, with --key")
    .option("--key <path>", "its private key, in PEM format")
    .option("--insecure", "take any certificate: others may then read and change everything");
}

/** @returns undefined for a scheme without TLS @throws {UsageError} for options that make no sense */
export async function readTLSOptions(
  { ca, cert, key, insecure }: TLSFlags,
  { scheme, serverName }: Destination,
): Promise<TLSClientOptions | undefined> {
  const isSecure = scheme.startsWith("coaps");
  if (!isSecure && (ca ?? cert ?? key ?? insecure) !== undefined)
    throw new UsageError(`expected coaps+tcp or coaps+ws with options of TLS, got ${scheme}`);
  if (!isSecure) return undefined;
  if (ca !== undefined && insecure) throw new UsageError("expected --ca or --insecure, got both");
  const credentials = await readCredentials(cert, key, ["--cert", "--key"]);
  return {
    ...(serverName !== undefined && { serverName }),
    ...(ca !== undefined && { authorities: await readCertificates(ca) }),
    ...(credentials && { credentials }),
    ...(insecure && { verifies: false }),
  };
}
