/**
 * The input parameters of a security context (RFC 8613 §3.2) as a value of storage: a CBOR map by the names that the RFC
 * has for them, as in the files of `coapsule key context`. What may be left out there may be here.
 */

import { CborError } from "../../cbor/error.js";
import { readLabelledMap, type Label } from "../../cbor/label.js";
import { CborReader } from "../../cbor/reader.js";
import { CborWriter } from "../../cbor/writer.js";
import type { AEADAlgorithm, HashAlgorithm } from "../../ports/crypto.js";
import type { ContextParameters } from "../../security/oscore/context/parameters.js";

type ParametersInWork = { -readonly [Name in keyof ContextParameters]?: ContextParameters[Name] };

/** A value of storage. */
export function encodeContext(parameters: ContextParameters): Uint8Array {
  const fields = Object.entries(parameters).filter(([, value]) => value !== undefined);
  const writer = new CborWriter().map(fields.length);
  for (const [name, value] of fields as [string, Uint8Array | string | number][]) {
    writer.text(name);
    if (typeof value === "string") writer.text(value);
    else if (typeof value === "number") writer.integer(value);
    else writer.byteString(value);
  }
  return writer.bytes;
}

/** Reads what {@link encodeContext} made. @throws {CborError} for anything else; whether it is safe is not asked here */
export function decodeContext(value: Uint8Array): ContextParameters {
  const reader = new CborReader(value);
  const parameters: ParametersInWork = {};
  readLabelledMap(reader, (name) => readParameter(reader, name, parameters));
  reader.finish();
  const { masterSecret, senderId, recipientId, ...others } = parameters;
  if (masterSecret === undefined || senderId === undefined || recipientId === undefined)
    throw new CborError("expected masterSecret, senderId and recipientId", value.length);
  return { masterSecret, senderId, recipientId, ...others };
}

function readParameter(reader: CborReader, name: Label, parameters: ParametersInWork): void {
  switch (name) {
    case "masterSecret":
    case "masterSalt":
    case "senderId":
    case "recipientId":
    case "idContext":
      parameters[name] = reader.readBytes();
      break;
    // Which there are, and which this host has, is for those who use them.
    case "algorithm":
      parameters.algorithm = reader.readText() as AEADAlgorithm;
      break;
    case "hash":
      parameters.hash = reader.readText() as HashAlgorithm;
      break;
    case "replayWindow":
      parameters.replayWindow = reader.readUnsigned();
      break;
    default:
      // What a later firmware has written may be what makes it safe.
      throw new CborError(`expected a parameter of RFC 8613 §3.2, got ${name}`, reader.offset);
  }
}
