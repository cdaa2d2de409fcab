/** Credentials of EDHOC as lakers takes them, on which the EDHOC of peers is built. */

import { generateKeyPairSync } from "node:crypto";
import { CborWriter } from "../../../src/cbor/writer.js";
import { EC2, P_256, writeKey } from "../../../src/cose/key.js";
import { IdCredential } from "../../../src/security/edhoc/codec/id-credential.js";
import { ccsCredential, type OwnCredential } from "../../../src/security/edhoc/credential.js";

/** How a credential is told to the other end. */
export type CredentialStyle = "by-key-id" | "by-value";

/**
 * A claims set with a subject and a key identifier, and a key of its own.
 * @param kid of one byte, which is sent as an integer where it looks like one
 */
export function makeCredential(subject: string, kid: number, style: CredentialStyle): OwnCredential {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const jwk = privateKey.export({ format: "jwk" });
  const bytes = (text = ""): Uint8Array => new Uint8Array(Buffer.from(text, "base64url"));
  const key = { kty: EC2, crv: P_256, x: bytes(jwk.x), y: bytes(jwk.y), kid: Uint8Array.of(kid) };
  // { 2: subject, 8: { 1: key } }
  const ccs = new CborWriter().map(2).integer(2).text(subject).integer(8).map(1).integer(1);
  writeKey(ccs, key);
  const id = style === "by-value" ? IdCredential.ofCcs(ccs.bytes) : IdCredential.ofKid(key.kid);
  return { ...ccsCredential(ccs.bytes), id, privateKey: bytes(jwk.d), use: "static-dh" };
}
