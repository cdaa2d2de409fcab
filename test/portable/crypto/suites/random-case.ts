/** One use of everything in the crypto port, with inputs from a seed: providers that are right give the same. */

import { toHex } from "../../../../src/bytes/hex.js";
import { hkdf } from "../../../../src/crypto/hkdf.js";
import { generateKeyPair, type KeyPair } from "../../../../src/crypto/key-pair.js";
import type { AEADAlgorithm, Crypto, HashAlgorithm } from "../../../../src/ports/crypto.js";
import { SeededRandom } from "../../../portable.js";

/** What a provider gave, as hexadecimal text and booleans. */
export interface CaseResult {
  /** Results that every provider must agree about. */
  readonly results: string;
  /** The signature of ES256, which may be made at random, and what it is of. */
  readonly es256: { readonly publicKey: string; readonly message: string; readonly signature: string };
}

/** Longer than a block of any hash, and than what a datagram of a device carries beside a body. */
const LENGTH_MAX = 150;

const AEADS: readonly AEADAlgorithm[] = ["AES-CCM-16-64-128", "AES-CCM-16-128-128", "AES-CCM-64-64-128"];
const HASHES: readonly HashAlgorithm[] = ["SHA-256", "SHA-384", "SHA-512"];

type Result = Uint8Array | boolean | undefined;

class Inputs {
  readonly random: SeededRandom;

  constructor(seed: number) {
    this.random = new SeededRandom(seed);
  }

  bytes(length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    this.random.fill(bytes);
    return bytes;
  }

  /** Of any length up to LENGTH_MAX. */
  text(): Uint8Array {
    return this.bytes(this.bytes(1)[0]! % (LENGTH_MAX + 1));
  }

  /** A copy with one bit changed. */
  spoilt(bytes: Uint8Array): Uint8Array {
    const copy = bytes.slice();
    const [at, bit] = this.bytes(2);
    copy[at! % copy.length]! ^= 1 << (bit! % 8);
    return copy;
  }
}

function symmetric(crypto: Crypto, inputs: Inputs): Result[] {
  const key = inputs.bytes(16);
  const results: Result[] = [crypto.encryptBlock(key, inputs.bytes(16))];
  for (const algorithm of AEADS) {
    const aead = crypto.aead(algorithm, key);
    const nonce = inputs.bytes(aead.nonceBytes);
    const aad = inputs.text();
    const sealed = aead.seal(nonce, aad, inputs.text());
    results.push(sealed, aead.open(nonce, aad, sealed), aead.open(nonce, aad, inputs.spoilt(sealed)));
  }
  for (const algorithm of HASHES) {
    const hmacKey = inputs.text();
    const data = inputs.text();
    results.push(
      crypto.hash(algorithm, data),
      crypto.hmac(algorithm, hmacKey, data),
      hkdf(crypto, algorithm, hmacKey, data, inputs.text(), 1 + inputs.text().length),
    );
  }
  return results;
}

function compressed(point: Uint8Array): Uint8Array {
  const bytes = point.slice(0, 33);
  bytes[0] = 2 | (point[64]! & 1);
  return bytes;
}

function agreements(crypto: Crypto, inputs: Inputs, ours: KeyPair): Result[] {
  const peer = generateKeyPair(crypto, inputs.random, "P-256");
  const { privateKey, publicKey } = generateKeyPair(crypto, inputs.random, "X25519");
  return [
    peer.publicKey,
    crypto.agree("P-256", ours.privateKey, compressed(peer.publicKey)),
    crypto.agree("P-256", ours.privateKey, inputs.spoilt(peer.publicKey)),
    publicKey,
    crypto.agree("X25519", privateKey, inputs.bytes(32)),
  ];
}

function ed25519(crypto: Crypto, inputs: Inputs): Result[] {
  const { privateKey, publicKey } = generateKeyPair(crypto, inputs.random, "Ed25519");
  const message = inputs.text();
  const signature = crypto.sign("Ed25519", privateKey, message);
  return [
    publicKey,
    signature,
    crypto.verify("Ed25519", publicKey, message, signature),
    crypto.verify("Ed25519", publicKey, message, inputs.spoilt(signature)),
  ];
}

/** Runs the case that `seed` stands for. */
export function randomCase(crypto: Crypto, seed: number): CaseResult {
  const inputs = new Inputs(seed);
  const ours = generateKeyPair(crypto, inputs.random, "P-256");
  const message = inputs.text();
  const signature = crypto.sign("ES256", ours.privateKey, message);
  const results = [
    ...symmetric(crypto, inputs),
    ...agreements(crypto, inputs, ours),
    ...ed25519(crypto, inputs),
    crypto.verify("ES256", ours.publicKey, message, signature),
  ];
  return {
    results: results
      .map((result) => (result instanceof Uint8Array ? toHex(result) : String(result)))
      .join(" "),
    es256: {
      publicKey: toHex(ours.publicKey),
      message: toHex(message),
      signature: toHex(signature),
    },
  };
}
