/** Messages and their plaintexts: RFC 9528 §5.2.1, §5.3.1, §5.4.1, §5.5.1 and appendix C.2. */

import { CborReader } from "../../../cbor/reader.js";
import { CborWriter } from "../../../cbor/writer.js";
import { equalBytes } from "../../../bytes/compare.js";
import { EdhocProcessingError } from "../errors.js";
import { IdCredential } from "./id-credential.js";
import { readIdentifier, writeIdentifier } from "./identifier.js";
import { readSuites, writeSuites } from "./suites-list.js";

export interface Message1 {
  readonly method: number;
  /** SUITES_I: in the Initiator's order of preference, the last one being selected. */
  readonly suites: readonly number[];
  /** G_X */
  readonly ephemeralKey: Uint8Array;
  /** C_I */
  readonly connectionId: Uint8Array;
  /** EAD_1, encoded. */
  readonly ead: Uint8Array;
}

/** What is encrypted in message_2 and message_3. */
export interface Plaintext {
  /** ID_CRED_x */
  readonly idCredential: IdCredential;
  readonly signatureOrMac: Uint8Array;
  /** EAD_x, encoded. */
  readonly ead: Uint8Array;
}

export interface Plaintext2 extends Plaintext {
  /** C_R */
  readonly connectionId: Uint8Array;
}

/** message_1 (§5.2.1). */
export function encodeMessage1({ method, suites, ephemeralKey, connectionId, ead }: Message1): Uint8Array {
  const writer = new CborWriter().integer(method);
  writeSuites(writer, suites);
  writer.byteString(ephemeralKey);
  writeIdentifier(writer, connectionId);
  return writer.encoded(ead).bytes;
}

/** @throws {CborError} @throws {EdhocProcessingError} */
export function decodeMessage1(bytes: Uint8Array): Message1 {
  const reader = new CborReader(bytes);
  const message = {
    method: reader.readSafeInteger(),
    suites: readSuites(reader),
    ephemeralKey: reader.readBytes(),
    connectionId: readIdentifier(reader),
    ead: rest(reader, bytes),
  };
  checkDeterministic("message_1", bytes, encodeMessage1(message));
  return message;
}

/** message_2, message_3 and message_4 are one byte string each. */
export function encodeMessage(content: Uint8Array): Uint8Array {
  return new CborWriter().byteString(content).bytes;
}

/** The byte string that a message consists of. @throws {CborError} @throws {EdhocProcessingError} */
export function decodeMessage(name: string, bytes: Uint8Array): Uint8Array {
  const reader = new CborReader(bytes);
  const content = reader.readBytes();
  reader.finish();
  checkDeterministic(name, bytes, encodeMessage(content));
  return content;
}

/** PLAINTEXT_2 (§5.3.2). */
export function encodePlaintext2(plaintext: Plaintext2): Uint8Array {
  const writer = new CborWriter();
  writeIdentifier(writer, plaintext.connectionId);
  return writePlaintext(writer, plaintext).bytes;
}

/** @throws {CborError} @throws {CoseError} @throws {EdhocProcessingError} */
export function decodePlaintext2(bytes: Uint8Array): Plaintext2 {
  const reader = new CborReader(bytes);
  const plaintext = { connectionId: readIdentifier(reader), ...readPlaintext(reader, bytes) };
  checkDeterministic("PLAINTEXT_2", bytes, encodePlaintext2(plaintext));
  return plaintext;
}

/** PLAINTEXT_3 (§5.4.2). */
export function encodePlaintext3(plaintext: Plaintext): Uint8Array {
  return writePlaintext(new CborWriter(), plaintext).bytes;
}

/** @throws {CborError} @throws {CoseError} @throws {EdhocProcessingError} */
export function decodePlaintext3(bytes: Uint8Array): Plaintext {
  const plaintext = readPlaintext(new CborReader(bytes), bytes);
  checkDeterministic("PLAINTEXT_3", bytes, encodePlaintext3(plaintext));
  return plaintext;
}

function writePlaintext(writer: CborWriter, { idCredential, signatureOrMac, ead }: Plaintext): CborWriter {
  idCredential.writeCompact(writer);
  return writer.byteString(signatureOrMac).encoded(ead);
}

function readPlaintext(reader: CborReader, bytes: Uint8Array): Plaintext {
  return {
    idCredential: IdCredential.readCompact(reader),
    signatureOrMac: reader.readBytes(),
    ead: rest(reader, bytes),
  };
}

/** The sequence of items that is left. */
function rest(reader: CborReader, bytes: Uint8Array): Uint8Array {
  return bytes.subarray(reader.offset);
}

/** Messages are deterministically encoded (§3.1): writing what was read has to give the same bytes. */
function checkDeterministic(name: string, bytes: Uint8Array, encodedAgain: Uint8Array): void {
  if (!equalBytes(bytes, encodedAgain))
    throw new EdhocProcessingError(`expected ${name} in deterministic encoding (RFC 8949 §4.2.1)`);
}
