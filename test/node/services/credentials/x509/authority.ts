/** Certification authorities of tests, made anew by openssl. */

import { execFileSync } from "node:child_process";
import { X509Certificate, createPrivateKey } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Extensions of an authority. */
export const AUTHORITY = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign";

/** Options of `openssl genpkey`. */
const KEYS = {
  "P-256": ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"],
  Ed25519: ["-algorithm", "ed25519"],
  X25519: ["-algorithm", "x25519"],
  RSA: ["-algorithm", "RSA"],
};

export type KeyType = keyof typeof KEYS;

export interface Issued {
  readonly certificate: X509Certificate;
  /** As the crypto port has it; RSA keys have none. */
  readonly privateKey: Uint8Array;
  readonly privateKeyPem: string;
  /** Name of its files. */
  readonly name: string;
}

/** A certificate with its private key, in PEM. */
export function pemOf({ certificate, privateKeyPem }: Issued): string {
  return `${certificate.toString()}${privateKeyPem}`;
}

/** Issues certificates; its files are in a folder of its own until it is closed. */
export class TestAuthority {
  readonly #folder = mkdtempSync(join(tmpdir(), "coapsule-x509-"));

  /** @param issuer signs it; itself where absent @param extensions lines of an openssl configuration */
  issue(name: string, type: KeyType, extensions: string, issuer?: Issued): Issued {
    const file = (suffix: string): string => join(this.#folder, `${name}.${suffix}`);
    writeFileSync(file("ext"), `${extensions}\n`);
    this.#openssl("genpkey", ...KEYS[type], "-out", file("key"));
    // A key for key agreement cannot sign its request: another's request is given its public key.
    const signer = issuer && type === "X25519" ? join(this.#folder, `${issuer.name}.key`) : file("key");
    this.#openssl("req", "-new", "-key", signer, "-subj", `/CN=${name}`, "-out", file("csr"));
    this.#openssl("pkey", "-in", file("key"), "-pubout", "-out", file("pub"));
    const by = issuer
      ? ["-CA", join(this.#folder, `${issuer.name}.pem`), "-CAkey", join(this.#folder, `${issuer.name}.key`)]
      : ["-signkey", file("key")];
    const from = ["x509", "-req", "-in", file("csr"), "-days", "2", "-extfile", file("ext")];
    this.#openssl(...from, "-CAcreateserial", "-force_pubkey", file("pub"), ...by, "-out", file("pem"));
    const privateKeyPem = readFileSync(file("key"), "utf8");
    const jwk = createPrivateKey(privateKeyPem).export({ format: "jwk" });
    const privateKey = new Uint8Array(type === "RSA" ? [] : Buffer.from(jwk.d!, "base64url"));
    return { certificate: new X509Certificate(readFileSync(file("pem"))), privateKey, privateKeyPem, name };
  }

  close(): void {
    rmSync(this.#folder, { recursive: true });
  }

  #openssl(...args: readonly string[]): void {
    execFileSync("openssl", args, { stdio: ["ignore", "pipe", "pipe"] });
  }
}
