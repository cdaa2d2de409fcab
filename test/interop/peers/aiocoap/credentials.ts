/** Credentials as aiocoap loads them: a map of CBOR, whose keys are URIs of servers, or names with a colon in front. */

import { toHex } from "../../../../src/bytes/hex.js";
import { formatDiagnostic } from "../../../../src/cbor/diagnostic.js";
import { parseDiagnostic } from "../../../../src/cbor/diagnostic-parser.js";
import type { Credential, OwnCredential } from "../../../../src/security/edhoc/credential.js";
import type { CredentialStyle } from "../../ours/edhoc-credential.js";

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
  readonly style: CredentialStyle;
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
