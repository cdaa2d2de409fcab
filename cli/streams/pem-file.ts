/** Certificates and keys of TLS, in files. */

import { X509Certificate, createPrivateKey } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { Credentials } from "../../hosts/node/streams/tls.js";
import { FailureError, UsageError } from "../exit-code.js";

async function readPem(path: string, what: string, check: (pem: Buffer) => unknown): Promise<Buffer> {
  const pem = await readFile(path);
  try {
    check(pem);
  } catch {
    throw new FailureError(`${path}: expected ${what} in PEM format`);
  }
  return pem;
}

/** @throws {FailureError} when it is none @throws {Error} with the system's code when the file cannot be read */
export function readCertificates(path: string): Promise<Buffer> {
  return readPem(path, "certificates", (pem) => new X509Certificate(pem));
}

/**
 * A certificate with its key.
 * @param options what the command calls the two
 * @throws {UsageError} when only one is given @throws {Error} as {@link readCertificates}
 */
export async function readCredentials(
  certificatePath: string | undefined,
  keyPath: string | undefined,
  options: readonly [certificate: string, key: string],
): Promise<Credentials | undefined> {
  if (certificatePath === undefined && keyPath === undefined) return undefined;
  if (certificatePath === undefined || keyPath === undefined)
    throw new UsageError(`expected ${options.join(" and ")}, got one of them`);
  return {
    certificate: await readCertificates(certificatePath),
    privateKey: await readPem(keyPath, "a private key without a passphrase", createPrivateKey),
  };
}
