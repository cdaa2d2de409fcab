/** Endpoints with keys of their own, made from a seed. */

import { equalBytes } from "../../../../../src/bytes/compare.js";
import { CborWriter } from "../../../../../src/cbor/writer.js";
import { writeKey } from "../../../../../src/cose/key.js";
import { keyOf } from "../../../../../src/cose/key-material.js";
import { generateKeyPair } from "../../../../../src/crypto/key-pair.js";
import {
  KnownCredentials,
  rawKeyCredential,
  type CredentialSource,
  type OwnCredential,
} from "../../../../../src/security/edhoc/credential.js";
import { IdCredential } from "../../../../../src/security/edhoc/codec/id-credential.js";
import { Initiator, type InitiatorOptions } from "../../../../../src/security/edhoc/initiator.js";
import { Responder, type ResponderOptions } from "../../../../../src/security/edhoc/responder.js";
import type { Crypto, Curve } from "../../../../../src/ports/crypto.js";
import type { Random } from "../../../../../src/ports/random.js";
import { SeededRandom } from "../../../../portable.js";

/** Connection identifiers, of which one is sent as an integer and the other as a byte string. */
export const C_I = Uint8Array.of(0x0e);
export const C_R = Uint8Array.of(0x18);

const CREDENTIALS: readonly (readonly [Curve, OwnCredential["use"]])[] = [
  ["Ed25519", "signature"],
  ["X25519", "static-dh"],
  ["P-256", "signature"],
  ["P-256", "static-dh"],
];

/** A raw public key with its key identifier. */
export function makeCredential(
  crypto: Crypto,
  random: Random,
  curve: Curve,
  use: OwnCredential["use"],
  kid: number,
): OwnCredential {
  const { privateKey, publicKey } = generateKeyPair(crypto, random, curve);
  const identifier = Uint8Array.of(kid);
  const key = new CborWriter();
  writeKey(key, { ...keyOf(curve, publicKey), kid: identifier });
  return { ...rawKeyCredential(key.bytes), id: IdCredential.ofKid(identifier), privateKey, use };
}

/** A credential for each method and suite. @param kids of the first one */
export function makeCredentials(crypto: Crypto, random: Random, kids: number): OwnCredential[] {
  return CREDENTIALS.map(([curve, use], index) => makeCredential(crypto, random, curve, use, kids + index));
}

/** Two endpoints that know each other. */
export class Parties {
  readonly crypto: Crypto;
  readonly random: Random;
  readonly initiators: readonly OwnCredential[];
  readonly responders: readonly OwnCredential[];

  constructor(crypto: Crypto, seed = 1) {
    this.crypto = crypto;
    this.random = new SeededRandom(seed);
    this.initiators = makeCredentials(crypto, this.random, 0x00);
    this.responders = makeCredentials(crypto, this.random, 0x20);
  }

  initiator(method: number, options: Partial<InitiatorOptions> = {}): Initiator {
    return new Initiator({
      crypto: this.crypto,
      random: this.random,
      credentials: this.initiators,
      peers: this.know(this.responders),
      method,
      connectionId: C_I,
      ...options,
    });
  }

  responder(options: Partial<ResponderOptions> = {}): Responder {
    return new Responder({
      crypto: this.crypto,
      random: this.random,
      credentials: this.responders,
      peers: this.know(this.initiators),
      chooseConnectionId: (peers) => (equalBytes(peers, C_R) ? C_I : C_R),
      ...options,
    });
  }

  know(credentials: readonly OwnCredential[]): CredentialSource {
    return new KnownCredentials(this.crypto, credentials);
  }
}
