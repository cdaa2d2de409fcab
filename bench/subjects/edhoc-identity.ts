/** Who runs EDHOC in the benchmark: raw keys for static Diffie-Hellman, with identifiers of one byte. */

import { CborWriter } from "../../src/cbor/writer.js";
import { keyOf } from "../../src/cose/key-material.js";
import { writeKey } from "../../src/cose/key.js";
import { IdCredential } from "../../src/security/edhoc/codec/id-credential.js";
import { rawKeyCredential, type OwnCredential } from "../../src/security/edhoc/credential.js";
import type { Crypto } from "../../src/ports/crypto.js";

/** A key pair that is the same in each run, of its number. */
function identity(crypto: Crypto, number: number): OwnCredential {
  const privateKey = new Uint8Array(32).fill(number);
  const kid = Uint8Array.of(number);
  const key = new CborWriter();
  writeKey(key, { ...keyOf("P-256", crypto.publicKey("P-256", privateKey)), kid });
  return { ...rawKeyCredential(key.bytes), id: IdCredential.ofKid(kid), privateKey, use: "static-dh" };
}

/** The device's. */
export const deviceIdentity = (crypto: Crypto): OwnCredential => identity(crypto, 1);

/** That of the program it talks to. */
export const peerIdentity = (crypto: Crypto): OwnCredential => identity(crypto, 2);
