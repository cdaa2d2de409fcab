/** What is public of keys, for people and as JSON. */

import { publicRecordOf } from "../../services/credentials/context-file.js";
import type { CredentialRecord } from "../../services/credentials/credential-record.js";
import { toHex } from "../../src/bytes/hex.js";
import { formatDiagnostic } from "../../src/cbor/diagnostic.js";
import type { CompleteParameters } from "../../src/security/oscore/context/parameters.js";
import { printJson } from "../json/option.js";
import { printable } from "../present/printable.js";

/** For --help. */
export const CONTEXT_FIELDS_HELP = `
With --json what is public of a security context is an object:
  senderId, recipientId       the IDs in hexadecimal: "a1b2"
  idContext                   in hexadecimal, where there is one
  algorithm, hash             "AES-CCM-16-64-128", "SHA-256"
  replayWindow                requests out of order that are still taken`;

/** For --help. */
export const CREDENTIAL_FIELDS_HELP = `
With --json what is public of a credential is an object:
  subject, kid                whose it is, and the key identifier in hexadecimal, where it has them
  curve, use                  "P-256", "static-dh"
  credential                  what both sides have to have alike, CBOR in hexadecimal (CRED_x of RFC 9528)
  hasPrivateKey               whether the file is a secret
  publicPath                  the file for the peers, where one was made`;

const USES = { "static-dh": "static Diffie-Hellman", signature: "signatures" } as const;

type Rows = readonly (readonly [name: string, value: string])[];

export function presentContext(parameters: CompleteParameters, asJson: true | undefined): void {
  const { senderId, recipientId, idContext, algorithm, hash, replayWindow } = parameters;
  if (asJson) printJson(publicRecordOf(parameters));
  else
    printRows([
      ["Sender ID", formatId(senderId)],
      ["Recipient ID", formatId(recipientId)],
      ["ID Context", idContext ? formatId(idContext) : "none"],
      ["algorithm", `${algorithm}, ${hash}`],
      ["replay window", String(replayWindow)],
    ]);
}

/** @param publicPath where the public part was written to, for the peers */
export function presentCredential(
  credential: CredentialRecord,
  asJson: true | undefined,
  publicPath?: string,
): void {
  const { subject, kid, curve, use, bytes, privateKey } = credential;
  if (asJson)
    printJson({
      ...(subject !== undefined && { subject }),
      ...(kid && { kid: toHex(kid) }),
      curve,
      use,
      credential: toHex(bytes),
      hasPrivateKey: privateKey !== undefined,
      ...(publicPath !== undefined && { publicPath }),
    });
  else
    printRows([
      ["subject", subject === undefined ? "none" : printable(subject)],
      ["key ID", kid ? formatId(kid) : "none"],
      ["key", `${curve}, for ${USES[use]}`],
      ["credential", formatDiagnostic(bytes)],
      ["private key", privateKey ? "in the file, which is a secret" : "none: the file is for everybody"],
      ...(publicPath === undefined ? [] : [["for the peers", printable(publicPath)] as const]),
    ]);
}

function printRows(rows: Rows): void {
  process.stdout.write(rows.map(([name, value]) => `${name.padEnd(14)}${value}\n`).join(""));
}

function formatId(id: Uint8Array): string {
  return id.length === 0 ? "empty" : toHex(id);
}
