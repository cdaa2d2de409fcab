/** What clients put in front of EDHOC messages, so that the server finds the session: RFC 9528 appendix A.2. */

import { concatBytes } from "../../../bytes/concat.js";
import { SIMPLE_OR_FLOAT, TRUE } from "../../../cbor/major-type.js";
import { CborReader } from "../../../cbor/reader.js";
import { encodeIdentifier, readIdentifier } from "../codec/identifier.js";

/** In front of message_1: a new session. */
const NEW_SESSION = Uint8Array.of((SIMPLE_OR_FLOAT << 5) | TRUE);

/** A message, and the session it belongs to. */
export interface Prefixed {
  /** The connection identifier that the server has chosen; undefined in front of message_1. */
  readonly connectionId: Uint8Array | undefined;
  readonly message: Uint8Array;
}

/** A message as a client sends it. */
export function addPrefix({ connectionId, message }: Prefixed): Uint8Array {
  return concatBytes([connectionId === undefined ? NEW_SESSION : encodeIdentifier(connectionId), message]);
}

/** Reads one. @throws {CborError} without a prefix */
export function readPrefix(payload: Uint8Array): Prefixed {
  const reader = new CborReader(payload);
  let connectionId: Uint8Array | undefined;
  if (reader.peek() === NEW_SESSION[0]) reader.readBoolean();
  else connectionId = readIdentifier(reader);
  return { connectionId, message: payload.subarray(reader.offset) };
}
