/**
 * What a peer sends to agree on a secret with, or to have a signature verified. An input is a public key but for its
 * last 64 bytes, which are a signature. Whatever it is has a result; for P-256 a secret exactly where the point is on the
 * curve (SEC 1 §2.3.4), for X25519 whatever the highest bit says (RFC 7748 §5).
 */

import assert from "node:assert/strict";
import { nodeCrypto } from "../../../hosts/node/crypto/node-crypto.js";
import { concatBytes } from "../../../src/bytes/concat.js";
import { toHex } from "../../../src/bytes/hex.js";
import { AGREED_BYTES, SIGNATURE_BYTES } from "../../../src/crypto/checked-crypto.js";
import { P256_BYTES, P256_COMPRESSED_BYTES, P256_POINT_BYTES } from "../../../src/crypto/p256.js";
import type { Target } from "../../target.js";

const PRIVATE_KEY = new Uint8Array(32).fill(0x11);
const MESSAGE = new Uint8Array(8);

/** Field and curve of SP 800-186 §3.2.1.3. */
const P = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn;
const B = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn;

function integerOf(bytes: Uint8Array): bigint {
  return BigInt(`0x${toHex(bytes)}`);
}

/** y² of the curve for an x. */
function squareAt(x: bigint): bigint {
  return (((x * x * x - 3n * x + B) % P) + P) % P;
}

/** Euler's criterion. */
function isSquare(value: bigint): boolean {
  let [result, base] = [1n, value];
  for (let exponent = (P - 1n) / 2n; exponent > 0n; exponent >>= 1n) {
    if ((exponent & 1n) === 1n) result = (result * base) % P;
    base = (base * base) % P;
  }
  return result !== P - 1n;
}

function isOnCurve(key: Uint8Array): boolean {
  if (key.length !== P256_POINT_BYTES && key.length !== P256_COMPRESSED_BYTES) return false;
  const x = integerOf(key.subarray(1, 1 + P256_BYTES));
  if (x >= P) return false;
  if (key.length === P256_COMPRESSED_BYTES) return (key[0] === 2 || key[0] === 3) && isSquare(squareAt(x));
  const y = integerOf(key.subarray(1 + P256_BYTES));
  return key[0] === 4 && y < P && (y * y) % P === squareAt(x);
}

interface Used {
  readonly key: Uint8Array;
  readonly p256: Uint8Array | undefined;
  readonly x25519: Uint8Array | undefined;
}

export const peerKeys: Target<Used> = {
  name: "peer-keys",
  errors: [],
  maxBytes: 160,
  parse(input) {
    const end = Math.max(0, input.length - SIGNATURE_BYTES);
    const key = input.subarray(0, end);
    for (const algorithm of ["ES256", "Ed25519"] as const)
      assert.equal(typeof nodeCrypto.verify(algorithm, key, MESSAGE, input.subarray(end)), "boolean");
    return {
      key,
      p256: nodeCrypto.agree("P-256", PRIVATE_KEY, key),
      x25519: nodeCrypto.agree("X25519", PRIVATE_KEY, key),
    };
  },
  check({ key, p256, x25519 }) {
    assert.equal(p256 !== undefined, isOnCurve(key));
    if (key.length !== AGREED_BYTES) return;
    const other = key.slice();
    other[AGREED_BYTES - 1]! ^= 0x80;
    assert.deepEqual(nodeCrypto.agree("X25519", PRIVATE_KEY, other), x25519);
  },
  compose(random) {
    const privateKey = new Uint8Array(32);
    random.fill(privateKey);
    privateKey[0]! &= 0x7f;
    const point = nodeCrypto.publicKey("P-256", privateKey);
    const compressed = point.slice(0, P256_COMPRESSED_BYTES);
    compressed[0] = 2 + (point.at(-1)! & 1);
    const keys = [point, compressed, nodeCrypto.publicKey("X25519", privateKey), new Uint8Array(32)];
    const publicKey = keys[random.integer(0, keys.length - 1)]!;
    return concatBytes([publicKey, nodeCrypto.sign("ES256", privateKey, MESSAGE)]);
  },
};
