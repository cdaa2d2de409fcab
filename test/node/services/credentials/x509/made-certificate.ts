/** Certificates of tests, made field by field, so that each can be wrong in one: RFC 5280 §4.1. */

import { createPublicKey, generateKeyPairSync, sign, type KeyObject } from "node:crypto";

/** A value in DER. */
export function der(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents);
  const { length } = content;
  if (length < 0x80) return Buffer.concat([Buffer.of(tag, length), content]);
  const bytes = length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.of(tag, ...bytes), content]);
}

export function hex(text: string): Buffer {
  return Buffer.from(text.replaceAll(" ", ""), "hex");
}

export function sequence(...values: readonly Uint8Array[]): Buffer {
  return der(0x30, ...values);
}

/** `CN=text`; an empty name for none. */
export function name(text: string): Buffer {
  if (text === "") return sequence();
  return sequence(der(0x31, sequence(hex("0603550403"), der(0x0c, Buffer.from(text)))));
}

export function utcTime(text: string): Buffer {
  return der(0x17, Buffer.from(text));
}

export function generalizedTime(text: string): Buffer {
  return der(0x18, Buffer.from(text));
}

/** @param id content of the object identifier @param value in DER */
export function extension(id: string, value: Uint8Array, isCritical = false): Buffer {
  return sequence(der(6, hex(id)), ...(isCritical ? [hex("0101ff")] : []), der(4, value));
}

/** id-ce-basicConstraints and others of §4.2.1. */
export const BASIC_CONSTRAINTS = "551d13";
export const KEY_USAGE = "551d0f";
export const EXTENDED_KEY_USAGE = "551d25";
export const SUBJECT_ALT_NAME = "551d11";
export const NAME_CONSTRAINTS = "551d1e";

export const AUTHORITY_EXTENSIONS: readonly Uint8Array[] = [
  extension(BASIC_CONSTRAINTS, hex("30030101ff"), true),
  extension(KEY_USAGE, hex("03020204"), true),
];

/** Extension of purposes, by content of their object identifiers. */
export function purposes(isCritical: boolean, ...ids: readonly string[]): Buffer {
  return extension(EXTENDED_KEY_USAGE, sequence(...ids.map((id) => der(6, hex(id)))), isCritical);
}

export const CODE_SIGNING = "2b06010505070303";
export const CLIENT_AUTH = "2b06010505070302";
export const SERVER_AUTH = "2b06010505070301";
export const ANY_PURPOSE = "551d2500";

/** Content of AlgorithmIdentifier of ecdsa-with-SHA256. */
export const ES256 = sequence(hex("06082a8648ce3d040302"));

export interface Parts {
  readonly version: readonly Uint8Array[];
  readonly serialNumber: Uint8Array;
  readonly signature: Uint8Array;
  /** In the outer sequence. */
  readonly signatureAlgorithm: Uint8Array;
  readonly issuer: Uint8Array;
  readonly validity: Uint8Array;
  readonly subject: Uint8Array;
  readonly publicKey: Uint8Array;
  /** All behind the key, such as unique identifiers. */
  readonly rest: readonly Uint8Array[];
  readonly hash: string | null;
}

export interface Made {
  readonly bytes: Uint8Array;
  readonly subject: Uint8Array;
  readonly keys: { readonly publicKey: KeyObject; readonly privateKey: KeyObject };
}

/** `[3]` */
export function extensions(...values: readonly Uint8Array[]): Buffer {
  return der(0xa3, sequence(...values));
}

export function p256Keys(): Made["keys"] {
  return generateKeyPairSync("ec", { namedCurve: "P-256" });
}

/** Makes one, signed by `issuer`, or by itself; `parts` are put in the place of what would be right. */
export function makeCertificate(
  subject: string,
  values: readonly Uint8Array[],
  issuer?: Made,
  parts: Partial<Parts> = {},
  keys: Made["keys"] = p256Keys(),
): Made {
  const fields: Parts = {
    version: [hex("a003020102")],
    serialNumber: hex("02020100"),
    signature: ES256,
    signatureAlgorithm: parts.signature ?? ES256,
    issuer: issuer?.subject ?? name(subject),
    validity: sequence(utcTime("200101000000Z"), utcTime("491231235959Z")),
    subject: name(subject),
    publicKey: createPublicKey(keys.publicKey.export({ format: "pem", type: "spki" })).export({
      format: "der",
      type: "spki",
    }),
    rest: values.length === 0 ? [] : [extensions(...values)],
    hash: "sha256",
    ...parts,
  };
  const signed = sequence(
    ...fields.version,
    fields.serialNumber,
    fields.signature,
    fields.issuer,
    fields.validity,
    fields.subject,
    fields.publicKey,
    ...fields.rest,
  );
  const signature = sign(fields.hash, signed, issuer?.keys.privateKey ?? keys.privateKey);
  const bytes = sequence(signed, fields.signatureAlgorithm, der(3, Buffer.of(0), signature));
  return { bytes: new Uint8Array(bytes), subject: fields.subject, keys };
}
