/** Certificates for tests, new ones in each run: no key of ours is worth keeping. */

import { execFileSync } from "node:child_process";

export interface TestCertificate {
  /** In PEM format; it is its own authority. */
  readonly certificate: string;
  readonly privateKey: string;
}

/** @param names what it is for, such as `DNS:example.test` or `IP:::1` */
export function makeCertificate(...names: readonly string[]): TestCertificate {
  const args = [
    ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc"],
    ...["-keyout", "-", "-out", "-", "-days", "1", "-subj", "/CN=coapsule test"],
    ...["-addext", `subjectAltName=${names.join(",")}`],
  ];
  const pem = execFileSync("openssl", args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  return { certificate: block(pem, "CERTIFICATE"), privateKey: block(pem, "PRIVATE KEY") };
}

function block(pem: string, label: string): string {
  const found = new RegExp(`-----BEGIN ${label}-----[^]*?-----END ${label}-----\n`, "u").exec(pem);
  if (!found) throw new Error(`expected a ${label} from openssl, got none`);
  return found[0];
}
