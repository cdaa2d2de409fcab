/** What signing and verifying do with keys of any kind: the same with every provider of COSE's algorithms. */

import { fromHex } from "../../../../src/bytes/hex.js";
import type { CoseCrypto } from "../../../../src/cose/cose-crypto.js";
import { CoseError } from "../../../../src/cose/errors.js";
import { EC2, OKP, type CoseKey } from "../../../../src/cose/key.js";
import { CryptoArgumentError } from "../../../../src/crypto/errors.js";
import { assert, describe, it } from "../../../portable.js";

/** A key pair, and the algorithms that it goes with. */
export interface SigningKey {
  readonly name: string;
  readonly key: CoseKey & { readonly x: Uint8Array; readonly d: Uint8Array };
  readonly algorithms: readonly number[];
}

/** Keys of the port: RFC 9052 §C.7.2, RFC 8032 §7.1 test 3. */
export const PORT_KEYS: readonly SigningKey[] = [
  {
    name: "P-256",
    key: {
      kty: EC2,
      crv: 1,
      x: fromHex("bac5b11cad8f99f9c72b05cf4b9e26d244dc189f745228255a219a86d6a09eff"),
      y: fromHex("20138bf82dc1b6d562be0fa54ab7804a3a64b6d72ccfed6b6fb6ed28bbfc117e"),
      d: fromHex("57c92077664146e876760c9520d054aa93c3afb04e306705db6090308507b4d3"),
    },
    algorithms: [-7, -9],
  },
  {
    name: "Ed25519",
    key: {
      kty: OKP,
      crv: 6,
      x: fromHex("fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025"),
      d: fromHex("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7"),
    },
    algorithms: [-8, -19],
  },
];

/** Declares the tests. @param provider is called within each test */
export function testKeys(provider: () => CoseCrypto, keys: readonly SigningKey[]): void {
  for (const { name, key, algorithms } of keys)
    for (const algorithm of algorithms)
      describe(`a key of ${name} with algorithm ${algorithm}`, () => {
        const data = Uint8Array.of(1, 2, 3);
        const { kty, crv, x, y, d } = key;
        const isEc = kty === EC2;
        const filled = (value: number): Uint8Array => new Uint8Array(x.length).fill(value);
        const ofWrongLength = [new Uint8Array(0), x.slice(1), new Uint8Array(x.length + 1)];

        it("RFC 9053 §7: signs with d alone, and verifies with x and y", () => {
          const signature = provider().sign(algorithm, { kty, crv: crv!, d }, data);
          assert.ok(provider().verify(algorithm, { ...key, d: filled(0) }, data, signature));
          assert.ok(!provider().verify(algorithm, key, Uint8Array.of(1, 2), signature));
          if (typeof y !== "object") return;
          const isOdd = (y.at(-1)! & 1) === 1;
          assert.ok(provider().verify(algorithm, { ...key, y: isOdd }, data, signature));
          assert.ok(!provider().verify(algorithm, { ...key, y: !isOdd }, data, signature));
        });

        it("RFC 9053 §7.1.1, §7.2: names what the key lacks, or has of another length", () => {
          for (const bad of ofWrongLength) {
            assert.throws(() => provider().sign(algorithm, { ...key, d: bad }, data), CoseError, "(d)");
            assert.throws(() => provider().verify(algorithm, { ...key, x: bad }, data, x), CoseError, "(x)");
            if (isEc)
              assert.throws(
                () => provider().verify(algorithm, { ...key, y: bad }, data, x),
                CoseError,
                "(y)",
              );
          }
          assert.throws(() => provider().sign(algorithm, { kty, crv: crv!, x }, data), CoseError, "(d)");
          assert.throws(() => provider().verify(algorithm, { kty, crv: crv!, d }, data, x), CoseError, "(x)");
          if (isEc)
            assert.throws(
              () => provider().verify(algorithm, { kty, crv: crv!, x }, data, x),
              CoseError,
              "(y)",
            );
        });

        if (isEc)
          it("SEC 1 §3.2.1: 0 and what is not below the order is no private key", () => {
            for (const value of [0, 255])
              assert.throws(
                () => provider().sign(algorithm, { ...key, d: filled(value) }, data),
                CryptoArgumentError,
              );
          });

        it("SEC 1 §3.2.2.1, RFC 8032 §5.1.7: nothing verifies with a point off the curve, nor at another length", () => {
          const signature = provider().sign(algorithm, key, data);
          for (const spoilt of [filled(0), filled(255), x.map((byte) => byte ^ 1)]) {
            assert.equal(provider().verify(algorithm, { ...key, x: spoilt }, data, signature), false);
            if (!isEc) continue;
            assert.equal(provider().verify(algorithm, { ...key, y: spoilt }, data, signature), false);
            for (const sign of [true, false])
              assert.equal(
                provider().verify(algorithm, { ...key, x: spoilt, y: sign }, data, signature),
                false,
              );
          }
          const zeros = new Uint8Array(signature.length);
          for (const other of [
            new Uint8Array(0),
            signature.slice(1),
            new Uint8Array([...signature, 0]),
            zeros,
          ])
            assert.equal(provider().verify(algorithm, key, data, other), false);
        });
      });
}
