/** What protects the requests of a command: a security context of a file, or one that EDHOC makes with the server. */

import type { X509Certificate } from "node:crypto";
import { FileContexts } from "../../services/credentials/file-contexts.js";
import type { Client } from "../../src/coap/client/client.js";
import type { MessageProtectionFactory } from "../../src/coap/requesting/message-protection.js";
import { oscore } from "../../src/security/oscore/layer/oscore.js";
import { readCredentials } from "../keys/edhoc-option.js";
import type { Destination } from "./destination.js";
import { EdhocProtection, type EdhocRequest } from "./edhoc.js";
import type { ProtectionFlags } from "./protection-options.js";

export interface ClientProtection {
  /** For the endpoint. */
  readonly factory: MessageProtectionFactory;
  /** Gets the keys, where there are none yet, and asks. */
  ask<T>(client: Client, use: (client: Client) => Promise<T>): Promise<T>;
}

/**
 * Runs `use` with what the flags ask for; with nothing where they ask for none.
 * @throws {UsageError} @throws {SecretFileError} @throws {Error} with the system's code when a file cannot be read
 */
export async function withProtection<T>(
  flags: ProtectionFlags,
  destination: Destination,
  request: EdhocRequest,
  use: (protection: ClientProtection | undefined) => Promise<T>,
): Promise<T> {
  const { oscore: path, edhoc } = flags;
  const isServer = (certificate: X509Certificate): boolean => isFor(certificate, destination);
  const credentials = readCredentials(edhoc === undefined ? [] : [edhoc], flags, isServer);
  if (credentials) {
    const how = { ...request, flow: flags.edhocFlow };
    return use(new EdhocProtection(edhoc!, credentials, destination, how));
  }
  if (path === undefined) return use(undefined);
  const files = new FileContexts([path]);
  try {
    return await use({ factory: oscore(files), ask: (client, asking) => asking(client) });
  } finally {
    files.close();
  }
}

/** Whether an authority has certified the server that was asked for, and not just any. */
function isFor(certificate: X509Certificate, { serverName, address }: Destination): boolean {
  if (serverName !== undefined) return certificate.checkHost(serverName) !== undefined;
  // Certificates do not name zones (RFC 4007 §11).
  return certificate.checkIP(address.replace(/%.*$/u, "")) !== undefined;
}
