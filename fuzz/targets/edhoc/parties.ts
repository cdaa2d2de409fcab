/** Who runs sessions of EDHOC here: with the same keys each time, so that nearly all of a session is the same. */

import { nodeCrypto } from "../../../hosts/node/crypto/node-crypto.js";
import { CborWriter } from "../../../src/cbor/writer.js";
import { writeKey } from "../../../src/cose/key.js";
import { keyOf } from "../../../src/cose/key-material.js";
import { IdCredential } from "../../../src/security/edhoc/codec/id-credential.js";
import {
  rawKeyCredential,
  type Credential,
  type OwnCredential,
} from "../../../src/security/edhoc/credential.js";
import type { Crypto } from "../../../src/ports/crypto.js";
import type { Random } from "../../../src/ports/random.js";

/** Results that are remembered; then all are forgotten. */
const MAX_REMEMBERED = 4096;

/** Node's cryptography. The same is computed over and over, which would take most of the time: so it is done once. */
class RememberingCrypto implements Crypto {
  readonly #results = new Map<string, Uint8Array | undefined>();

  supports: Crypto["supports"] = (algorithm) => nodeCrypto.supports(algorithm);
  aead: Crypto["aead"] = (algorithm, key) => nodeCrypto.aead(algorithm, key);
  encryptBlock: Crypto["encryptBlock"] = (key, block) => nodeCrypto.encryptBlock(key, block);
  hash: Crypto["hash"] = (algorithm, data) =>
    this.#once([algorithm, text(data)], () => nodeCrypto.hash(algorithm, data))!;
  hmac: Crypto["hmac"] = (algorithm, key, data) =>
    this.#once([algorithm, text(key), text(data)], () => nodeCrypto.hmac(algorithm, key, data))!;
  publicKey: Crypto["publicKey"] = (curve, key) =>
    this.#once([curve, text(key)], () => nodeCrypto.publicKey(curve, key))!;
  sign: Crypto["sign"] = (algorithm, key, message) => nodeCrypto.sign(algorithm, key, message);
  verify: Crypto["verify"] = (algorithm, key, message, signature) =>
    nodeCrypto.verify(algorithm, key, message, signature);
  agree: Crypto["agree"] = (algorithm, own, peers) =>
    this.#once([algorithm, text(own), text(peers)], () => nodeCrypto.agree(algorithm, own, peers));
  equal: Crypto["equal"] = (a, b) => nodeCrypto.equal(a, b);

  #once(names: readonly string[], compute: () => Uint8Array | undefined): Uint8Array | undefined {
    const name = names.join(" ");
    if (!this.#results.has(name)) {
      if (this.#results.size === MAX_REMEMBERED) this.#results.clear();
      this.#results.set(name, compute());
    }
    // A copy: secrets are overwritten.
    return this.#results.get(name)?.slice();
  }
}

function text({ buffer, byteOffset, length }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, length).toString("latin1");
}

export const CRYPTO: Crypto = new RememberingCrypto();

/** A private key that is a byte over and over. */
export function privateKey(byte: number): Uint8Array {
  return new Uint8Array(32).fill(byte);
}

/** No chance: ephemeral keys are that one. */
export function fixedRandom(key: Uint8Array): Random {
  return {
    fill(bytes) {
      bytes.set(key);
    },
  };
}

/** What peers know of a key. */
export function credentialOf(key: Uint8Array, kid: number): Credential {
  const writer = new CborWriter();
  writeKey(writer, { ...keyOf("P-256", CRYPTO.publicKey("P-256", key)), kid: Uint8Array.of(kid) });
  return rawKeyCredential(writer.bytes);
}

/** Whose private key it is. */
export function ownCredentialOf(key: Uint8Array, kid: number): OwnCredential {
  const id = IdCredential.ofKid(Uint8Array.of(kid));
  return { ...credentialOf(key, kid), id, privateKey: key, use: "static-dh" };
}
