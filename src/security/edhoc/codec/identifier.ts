/**
 * Byte strings that identify a connection or a key, of which those that look like an integer of one byte are sent as
 * that integer: RFC 9528 §3.3.2.
 */

import { CborError } from "../../../cbor/error.js";
import type { CborReader } from "../../../cbor/reader.js";
import { CborWriter } from "../../../cbor/writer.js";

/** Whether a byte is the encoding of an integer, 0 to 23 or -1 to -24. */
function isInteger(byte: number): boolean {
  return byte <= 0x17 || (byte >= 0x20 && byte <= 0x37);
}

/** Appends an identifier (§3.3.2). */
export function writeIdentifier(writer: CborWriter, identifier: Uint8Array): void {
  if (identifier.length === 1 && isInteger(identifier[0]!)) writer.encoded(identifier);
  else writer.byteString(identifier);
}

/** @throws {CborError} also where an integer should have been sent */
export function readIdentifier(reader: CborReader): Uint8Array {
  const start = reader.offset;
  if (reader.nextIsInteger()) {
    reader.readInteger();
    const encoding = reader.since(start);
    if (encoding.length === 1) return encoding;
    throw new CborError("expected an integer from -24 to 23 for a byte string", start);
  }
  const identifier = reader.readBytes();
  if (identifier.length === 1 && isInteger(identifier[0]!))
    throw new CborError("expected an integer of one byte, got the byte string of its encoding", start);
  return identifier;
}

/** Its encoding, such as in front of a message. */
export function encodeIdentifier(identifier: Uint8Array): Uint8Array {
  const writer = new CborWriter();
  writeIdentifier(writer, identifier);
  return writer.bytes;
}
