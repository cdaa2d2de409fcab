/**
 * COSE_recipient: for whom a message is, and how they come to its key. RFC 9052 §5.1, §8.5.
 *
 *   [ protected, unprotected, ciphertext, ? recipients ]
 *
 * Here recipients use a key that they share with the sender as it is (direct, RFC 9053 §6.1.1). Others are read, and
 * refused when the key is asked for.
 */

import type { CborReader } from "../../cbor/reader.js";
import type { CborWriter } from "../../cbor/writer.js";
import { DIRECT, unsupported } from "../algorithms.js";
import { CoseError } from "../errors.js";
import { algorithmOf, readHeaders, writeHeaders, type Headers } from "./header.js";
import { endArray, nothing } from "./message.js";

const ELEMENTS = 3;
const ELEMENTS_WITH_RECIPIENTS = 4;

/** Recipients of one message; more are refused. */
export const MAX_RECIPIENTS = 16;

/** A recipient. */
export interface Recipient extends Headers {
  /** The encrypted key; empty, or undefined for "nil", where none is sent. */
  readonly ciphertext: Uint8Array | undefined;
}

/** One that shares the message's key with the sender. @param kid which key that is */
export function directRecipient(kid: Uint8Array): Recipient {
  const ciphertext = nothing();
  return { protectedBytes: nothing(), protectedHeader: {}, unprotected: { alg: DIRECT, kid }, ciphertext };
}

/**
 * Checks that the message's key is the one that is shared.
 * @throws {UnsupportedAlgorithmError} when a recipient has another way to the key
 * @throws {CoseError} when a direct recipient has what it must not have (RFC 9052 §8.5.1)
 */
export function checkDirect(recipients: readonly Recipient[]): void {
  for (const recipient of recipients) {
    // A recipient with a shared key has no ability to authenticate it (RFC 9053 §6.1.1).
    const algorithm = algorithmOf(recipient, { allowUnprotectedAlgorithm: true });
    if (algorithm !== DIRECT) throw unsupported(algorithm);
    if (recipient.protectedBytes.length > 0 || recipient.ciphertext?.length !== 0)
      throw new CoseError("expected a direct recipient without protected parameters and encrypted key");
  }
}

/** Reads an array of at least one. @throws {CoseError | CborError} when one is malformed, or there are too many */
export function readRecipients(reader: CborReader): readonly Recipient[] {
  const recipients: Recipient[] = [];
  for (let left = reader.readArray(); reader.hasMore(left); left -= 1) {
    if (recipients.length === MAX_RECIPIENTS)
      throw new CoseError(`expected at most ${MAX_RECIPIENTS} recipients (MAX_RECIPIENTS)`);
    recipients.push(readRecipient(reader));
  }
  if (recipients.length === 0) throw new CoseError("expected at least one recipient, got none");
  return recipients;
}

function readRecipient(reader: CborReader): Recipient {
  const count = reader.readArray();
  if (count >= 0 && count !== ELEMENTS && count !== ELEMENTS_WITH_RECIPIENTS)
    throw new CoseError(`expected 3 or 4 elements in COSE_recipient, got ${count}`);
  const headers = readHeaders(reader);
  const ciphertext = reader.readNull() ? undefined : reader.readBytes();
  if (count !== ELEMENTS_WITH_RECIPIENTS) {
    endArray(reader, count);
    return { ...headers, ciphertext };
  }
  reader.skip();
  return { ...headers, ciphertext };
}

/** Appends the recipients of a message. */
export function writeRecipients(writer: CborWriter, recipients: readonly Recipient[]): void {
  writer.array(recipients.length);
  for (const recipient of recipients) {
    writeHeaders(writer.array(ELEMENTS), recipient);
    if (recipient.ciphertext === undefined) writer.null();
    else writer.byteString(recipient.ciphertext);
  }
}
