/**
 * A device's own credential of EDHOC (RFC 9528 §3.5) as a value of storage: a CBOR map.
 *
 *   { "credential": CRED_x, a claims set in a byte string, "privateKey": h'…', "use": "static-dh" }
 *
 * The peers are called by their claims sets, which are values as they are.
 */

import { CborError } from "../../cbor/error.js";
import { readLabelledMap } from "../../cbor/label.js";
import { CborReader } from "../../cbor/reader.js";
import { CborWriter } from "../../cbor/writer.js";
import { IdCredential } from "../../security/edhoc/codec/id-credential.js";
import { ccsCredential, type OwnCredential } from "../../security/edhoc/credential.js";

const USES: readonly string[] = ["static-dh", "signature"] satisfies readonly OwnCredential["use"][];

/** A value of storage. */
export function encodeOwnCredential({ bytes, privateKey, use }: OwnCredential): Uint8Array {
  const writer = new CborWriter().map(3);
  writer.text("credential").byteString(bytes);
  writer.text("privateKey").byteString(privateKey);
  return writer.text("use").text(use).bytes;
}

/** Reads one. @throws {CborError} for anything else @throws {CoseError} without a key in the claims set */
export function decodeOwnCredential(value: Uint8Array): OwnCredential {
  const reader = new CborReader(value);
  let bytes: Uint8Array | undefined;
  let privateKey: Uint8Array | undefined;
  let use: string | undefined;
  readLabelledMap(reader, (name) => {
    if (name === "credential") bytes = reader.readBytes();
    else if (name === "privateKey") privateKey = reader.readBytes();
    else if (name === "use") use = reader.readText();
    else throw new CborError(`expected a part of a credential, got ${name}`, reader.offset);
  });
  reader.finish();
  if (bytes === undefined || privateKey === undefined || !isUse(use))
    throw new CborError("expected a credential, its private key and its use", value.length);
  const credential = ccsCredential(bytes);
  const { kid } = credential;
  const id = kid === undefined ? IdCredential.ofCcs(bytes) : IdCredential.ofKid(kid);
  return { ...credential, id, privateKey, use };
}

function isUse(use: string | undefined): use is OwnCredential["use"] {
  return use !== undefined && USES.includes(use);
}
