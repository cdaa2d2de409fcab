/** CWT claims, RFC 8392, with the keys in them: what is read is written and read as the same. */

import { CborError } from "../../../src/cbor/error.js";
import { CborReader } from "../../../src/cbor/reader.js";
import { CborWriter } from "../../../src/cbor/writer.js";
import { readClaims, writeClaims, type Claims } from "../../../src/cose/claims.js";
import { CoseError } from "../../../src/cose/errors.js";
import { assertSameBytes } from "../../same.js";
import type { Target } from "../../target.js";
import { CBOR_WORDS } from "../cbor/cbor.js";
import { CHECKERS_KEYS } from "./keys.js";

/** Confirmations, and parameters of keys. */
const CLAIMS_WORDS = ["08a101", "08a103", "a40101", "a40102", "2006", "2001", "215820", "0380"].map((hex) =>
  Buffer.from(hex, "hex"),
);

function read(input: Uint8Array): Claims {
  const reader = new CborReader(input);
  const claims = readClaims(reader);
  reader.finish();
  return claims;
}

function write(claims: Claims): Uint8Array {
  const writer = new CborWriter();
  writeClaims(writer, claims);
  return writer.bytes;
}

export const claims: Target<Claims> = {
  name: "claims",
  errors: [CborError, CoseError],
  dictionary: [...CBOR_WORDS, ...CLAIMS_WORDS],
  parse: read,
  check(value) {
    const written = write(value);
    assertSameBytes(write(read(written)), written, "what is written is read as the same");
  },
  compose(random) {
    const { symmetric, signature } = CHECKERS_KEYS;
    const key = random.chance(0.5) ? symmetric : { ...signature, alg: -8, keyOps: [2, "own"] };
    const kid = random.chance(0.5) ? { kid: Uint8Array.of(random.integer(0, 255)) } : {};
    return write({
      issuer: "a",
      audience: random.chance(0.5) ? ["a", "b"] : "c",
      expiresAtS: random.integer(0, 2_000_000_000) / 2,
      tokenId: Uint8Array.of(1),
      confirmation: { key, ...kid },
      others: new Map([["own", Uint8Array.of(0xf6)]]),
    });
  },
};
