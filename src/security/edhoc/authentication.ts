/**
 * Signature_or_MAC_2 and _3, which prove that their sender has the private key of its credential: RFC 9528 §5.3.2 and
 * §5.4.2.
 */

import { concatBytes } from "../../bytes/concat.js";
import { CborWriter } from "../../cbor/writer.js";
import { sigStructure } from "../../cose/structures.js";
import { SIGNATURE_BYTES } from "../../crypto/checked-crypto.js";
import type { CipherSuite } from "./cipher-suite.js";
import { HASH_BYTES } from "./cipher-suite.js";
import type { Credential, OwnCredential } from "./credential.js";
import { EdhocProcessingError } from "./errors.js";
import type { IdCredential } from "./codec/id-credential.js";
import { MAC_2, MAC_3, type KeySchedule } from "./key-schedule.js";

/** What is proven: everything of a message, and of those before it, that the proof covers. */
export interface Statement {
  /** PRK_3e2m for message_2, PRK_4e3m for message_3. */
  readonly key: Uint8Array;
  /** What message_2 begins with and message_3 does not: C_R, encoded. */
  readonly connectionId?: Uint8Array;
  readonly idCredential: IdCredential;
  /** TH_2 or TH_3. */
  readonly transcript: Uint8Array;
  /** EAD_2 or EAD_3, encoded. */
  readonly ead: Uint8Array;
  readonly signed: boolean;
}

/** The proof for a message of ours. */
export function prove(schedule: KeySchedule, statement: Statement, own: OwnCredential): Uint8Array {
  const mac = messageMac(schedule, statement, own);
  if (!statement.signed) return mac;
  const { crypto, suite } = schedule;
  const signed = crypto.sign(suite.signature, own.privateKey, toBeSigned(statement, own, mac));
  mac.fill(0);
  return signed;
}

/** Whether a proof is that of the holder of a credential. */
export function isProof(
  schedule: KeySchedule,
  statement: Statement,
  credential: Credential,
  proof: Uint8Array,
): boolean {
  const { crypto, suite } = schedule;
  const mac = messageMac(schedule, statement, credential);
  const isProven = statement.signed
    ? crypto.verify(suite.signature, credential.publicKey, toBeSigned(statement, credential, mac), proof)
    : crypto.equal(mac, proof);
  mac.fill(0);
  return isProven;
}

/** Those of a peer's credentials whose keys fit the method and the suite. @throws {EdhocProcessingError} for none */
export function fitting(
  suite: CipherSuite,
  signed: boolean,
  credentials: readonly Credential[],
): readonly Credential[] {
  const curve = authenticationCurve(suite, signed);
  const use = signed ? "signature" : "static-dh";
  const found = credentials.filter((one) => one.curve === curve && (one.use ?? use) === use);
  if (found.length === 0)
    throw new EdhocProcessingError(`expected a credential with a key of ${curve} for ${use}`);
  return found;
}

/** The curve of authentication keys. */
export function authenticationCurve(suite: CipherSuite, signed: boolean): Credential["curve"] {
  return signed && suite.signature === "Ed25519" ? "Ed25519" : suite.agreement;
}

/** §9.8: a field of a wrong length ends the session. @throws {EdhocProcessingError} */
export function checkProofLength(suite: CipherSuite, signed: boolean, proof: Uint8Array): void {
  const bytes = signed ? SIGNATURE_BYTES : suite.macBytes;
  if (proof.length !== bytes)
    throw new EdhocProcessingError(`expected a Signature_or_MAC of ${bytes} bytes, got ${proof.length}`);
}

/** MAC_2 or MAC_3. */
function messageMac(schedule: KeySchedule, statement: Statement, { bytes }: Credential): Uint8Array {
  const { key, connectionId, idCredential, transcript, ead, signed } = statement;
  const context = new CborWriter();
  if (connectionId !== undefined) context.encoded(connectionId);
  context.encoded(idCredential.bytes).byteString(transcript).encoded(bytes).encoded(ead);
  const label = connectionId === undefined ? MAC_3 : MAC_2;
  return schedule.derive(key, label, context.bytes, signed ? HASH_BYTES : schedule.suite.macBytes);
}

/** Of COSE_Sign1: protected are the parameters of ID_CRED_x, the payload is the MAC. */
function toBeSigned(
  { idCredential, transcript, ead }: Statement,
  { bytes }: Credential,
  mac: Uint8Array,
): Uint8Array {
  const externalAad = concatBytes([new CborWriter().byteString(transcript).bytes, bytes, ead]);
  return sigStructure("Signature1", idCredential.bytes, externalAad, mac);
}
