/** The keys that inputs are composed with, and others that they are checked with. */

import { nodeCrypto } from "../../../hosts/node/crypto/node-crypto.js";
import { keyOf } from "../../../src/cose/key-material.js";
import { SYMMETRIC, type CoseKey } from "../../../src/cose/key.js";

/** A key for each kind of algorithm. */
export interface Keys {
  readonly symmetric: CoseKey;
  readonly signature: CoseKey;
}

function keysOf(byte: number): Keys {
  const privateKey = new Uint8Array(32).fill(byte);
  return {
    symmetric: { kty: SYMMETRIC, k: new Uint8Array(16).fill(byte), baseIv: new Uint8Array(13).fill(byte) },
    signature: keyOf("Ed25519", nodeCrypto.publicKey("Ed25519", privateKey), privateKey),
  };
}

export const COMPOSERS_KEYS = keysOf(1);
export const CHECKERS_KEYS = keysOf(2);
