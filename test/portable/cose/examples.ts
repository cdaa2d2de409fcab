/** The examples of the COSE working group, run on any provider of COSE's algorithms. */

import { encodeUtf8 } from "../../../src/bytes/utf8.js";
import { fromHex } from "../../../src/bytes/hex.js";
import type { CoseCrypto } from "../../../src/cose/cose-crypto.js";
import { EC2, OKP, SYMMETRIC, type CoseKey } from "../../../src/cose/key.js";
import {
  encodeEncrypt0,
  makeEncrypt0,
  openEncrypt0,
  readEncrypt0,
} from "../../../src/cose/messages/encrypt0.js";
import { encodeMac0, makeMac0, readMac0, verifyMac0 } from "../../../src/cose/messages/mac0.js";
import { encodeSign1, makeSign1, readSign1, verifySign1 } from "../../../src/cose/messages/sign1.js";
import { vectors } from "../vectors/cose-examples.js";

export interface Example {
  readonly file: string;
  readonly title: string;
  readonly family: string;
  readonly key: ExampleKey;
  /** What is authenticated beside the message, in hexadecimal. */
  readonly external: string;
  readonly expect_fail: boolean;
  readonly cbor: string;
  readonly plaintext: string;
}

/** A JWK whose values are hexadecimal, and its kid text. */
interface ExampleKey {
  readonly kty: string;
  readonly crv?: string;
  readonly kid?: string;
  readonly x?: string;
  readonly y?: string;
  readonly d?: string;
  readonly k?: string;
}

export function examples(): readonly Example[] {
  return vectors.vectors;
}

function curveOf(name: string): number {
  return ["P-256", "P-384", "P-521", "X25519", "X448", "Ed25519", "Ed448"].indexOf(name) + 1;
}

function keyOf({ kty, crv, kid, x, y, d, k }: ExampleKey): CoseKey {
  return {
    kty: kty === "EC" ? EC2 : kty === "OKP" ? OKP : SYMMETRIC,
    ...(crv === undefined ? {} : { crv: curveOf(crv) }),
    ...(kid === undefined ? {} : { kid: encodeUtf8(kid) }),
    ...(x === undefined ? {} : { x: fromHex(x) }),
    ...(y === undefined ? {} : { y: fromHex(y) }),
    ...(d === undefined ? {} : { d: fromHex(d) }),
    ...(k === undefined ? {} : { k: fromHex(k) }),
  };
}

/**
 * The content of the example's message, or undefined where it is not authentic.
 * @param allowUnprotectedAlgorithm as some of the examples have it
 */
export function checkExample(
  crypto: CoseCrypto,
  example: Example,
  allowUnprotectedAlgorithm = true,
): Uint8Array | undefined {
  const key = keyOf(example.key);
  const bytes = fromHex(example.cbor);
  const options = { externalAad: fromHex(example.external), allowUnprotectedAlgorithm };
  switch (example.family) {
    case "sign1":
      return verifySign1(crypto, key, readSign1(bytes), options);
    case "mac0":
      return verifyMac0(crypto, key, readMac0(bytes), options);
    default:
      return openEncrypt0(crypto, key, readEncrypt0(bytes), options);
  }
}

/** The message that we make of the example's headers and content, signed anew where it is signed. */
export function remakeExample(crypto: CoseCrypto, example: Example): Uint8Array {
  const key = keyOf(example.key);
  const bytes = fromHex(example.cbor);
  const content = fromHex(example.plaintext);
  const options = { externalAad: fromHex(example.external), allowUnprotectedAlgorithm: true };
  switch (example.family) {
    case "sign1":
      return encodeSign1(makeSign1(crypto, key, content, { ...readSign1(bytes), ...options }));
    case "mac0":
      return encodeMac0(makeMac0(crypto, key, content, { ...readMac0(bytes), ...options }));
    default:
      return encodeEncrypt0(makeEncrypt0(crypto, key, content, { ...readEncrypt0(bytes), ...options }));
  }
}
