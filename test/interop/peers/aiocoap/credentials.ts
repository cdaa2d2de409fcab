/** Credentials as aiocoap loads them: a map of CBOR, whose keys are URIs of servers, or names with a colon in front. */

import { generateKeyPairSync } from "node:crypto";
import { toHex } from "../../../../src/bytes/hex.js";
import { formatDiagnostic } from "../../../../src/cbor/diagnostic.js";
import { parseDiagnostic } from "../../../../src/cbor/diagnostic-parser.js";
import { CborWriter } from "../../../../src/cbor/writer.js";
import { EC2, P_256, writeKey } from "../../../../src/cose/key.js";
import { IdCredential } from "../../../../src/edhoc/codec/id-credential.js";
import { ccsCredential, type Credential, type OwnCredential } from "../../../../src/edhoc/credential.js";

/** What is known of a peer there. */
const PEER = ":peer";

/** A security context. @param uri of the server that it is for; absent: of clients @param folder where aiocoap keeps it */
export function contextCredentials(folder: string, uri?: string): Uint8Array {
  const key = uri === undefined ? PEER : `${uri}/*`;
  return parseDiagnostic(JSON.stringify({ [key]: { oscore: { basedir: folder } } }));
}

/** What a client trusts over TLS. @param uri of the server @param certificate file with its authority's */
export function tlsCredentials(uri: string, certificate: string): Uint8Array {
  return parseDiagnostic(JSON.stringify({ [`${uri}/*`]: { tlscert: { certfile: certificate } } }));
}

/** What aiocoap authenticates itself with by EDHOC: methods and cipher suites of other numbers it does not have. */
export interface EdhocIdentity {
  readonly own: OwnCredential;
  /** Of the other end. */
  readonly peer: Credential;
  readonly style: "by-key-id" | "by-value";
}

/** A credential with a key of its own, as lakers wants it: a claims set with a subject and a key identifier. @param kid of one byte, which is sent as an integer where it looks like one */
export function makeCredential(subject: string, kid: number, style: EdhocIdentity["style"]): OwnCredential {
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

function identity({ own, style }: EdhocIdentity): string {
  const privateKey = `{1: 2, -1: 1, -4: h'${toHex(own.privateKey)}'}`;
  return `"own_cred": ${claims(own)}, "own_cred_style": "${style}", "private_key": ${privateKey}`;
}

/** As aiocoap has it in its files. */
export function claims({ bytes }: Credential): string {
  return `{14: ${formatDiagnostic(bytes)}}`;
}

/** aiocoap's server does not look at method and suite, but wants them. */
const METHOD_AND_SUITE = `"method": 3, "suite": 2`;

/** Of a server, by its URI. */
export function responderCredentials(uri: string, credentials: EdhocIdentity): Uint8Array {
  return parseDiagnostic(`{
    "${uri}/*": {"edhoc-oscore": {${METHOD_AND_SUITE}, ${identity(credentials)}}},
    "${PEER}": {"edhoc-oscore": {${METHOD_AND_SUITE}, "peer_cred": ${claims(credentials.peer)}}}
  }`);
}

/** Of a client. @param uri of the server @param combined whether message_3 comes with the first request (RFC 9668) */
export function initiatorCredentials(uri: string, credentials: EdhocIdentity, combined: boolean): Uint8Array {
  return parseDiagnostic(`{
    "${uri}/*": {"edhoc-oscore": {
      ${METHOD_AND_SUITE}, ${identity(credentials)}, "peer_cred": ${claims(credentials.peer)},
      "use_combined_edhoc": ${combined}
    }}
  }`);
}
