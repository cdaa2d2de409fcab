/** The crypto port, which remembers every array with a secret in it that it is given or gives. */

import { equalBytes } from "../../../src/bytes/compare.js";
import { toHex } from "../../../src/bytes/hex.js";
import type { AEAD, Crypto } from "../../../src/ports/crypto.js";
import { hostCrypto } from "../../portable.js";

export class WatchedSecrets {
  readonly crypto: Crypto;
  readonly #secrets = new Map<Uint8Array, string>();
  readonly #owned = new Set<Uint8Array>();
  readonly #known: Uint8Array[] = [];
  readonly #open = new Set<AEAD>();
  /** Secrets that were seen. */
  get count(): number {
    return this.#secrets.size;
  }

  constructor() {
    const real = hostCrypto();
    const remember = this.#remember.bind(this);
    this.crypto = {
      supports: (algorithm) => real.supports(algorithm),
      aead: (algorithm, key) => {
        remember(`key of ${algorithm}`, key);
        return this.#watched(real.aead(algorithm, key));
      },
      encryptBlock: (key, block) => real.encryptBlock(key, block),
      hash: (algorithm, data) => real.hash(algorithm, data),
      hmac: (algorithm, key, data) => {
        for (const input of [key, data])
          if (this.#known.some((one) => equalBytes(one, input))) remember("input of HMAC", input);
        const digest = real.hmac(algorithm, key, data);
        remember("output of HMAC", digest);
        return digest;
      },
      publicKey: (curve, privateKey) => {
        remember(`private key of ${curve}`, privateKey);
        return real.publicKey(curve, privateKey);
      },
      sign: (algorithm, privateKey, message) => {
        remember(`private key of ${algorithm}`, privateKey);
        return real.sign(algorithm, privateKey, message);
      },
      verify: (algorithm, publicKey, message, signature) =>
        real.verify(algorithm, publicKey, message, signature),
      agree: (algorithm, privateKey, publicKey) => {
        remember(`private key of ${algorithm}`, privateKey);
        const secret = real.agree(algorithm, privateKey, publicKey);
        if (secret) remember(`secret of ${algorithm}`, secret);
        return secret;
      },
      equal: (a, b) => real.equal(a, b),
    };
  }

  /** The test's own array: nobody else may overwrite it, and copies of it are secrets. */
  own(secret: Uint8Array): void {
    this.#owned.add(secret);
    this.#secrets.delete(secret);
    this.#known.push(new Uint8Array(secret));
  }

  /** What was not overwritten, and should be by now. */
  get left(): string[] {
    const left = [...this.#secrets]
      .filter(([bytes]) => bytes.some((byte) => byte !== 0))
      .map(([bytes, what]) => `${what}: ${toHex(bytes)}`);
    for (const aead of this.#open) left.push(`a key of an AEAD with tags of ${aead.tagBytes} bytes`);
    return left;
  }

  /** Arrays of the test that somebody has overwritten. */
  get damaged(): string[] {
    return [...this.#owned].filter((bytes, index) => !equalBytes(bytes, this.#known[index]!)).map(toHex);
  }

  #remember(what: string, bytes: Uint8Array): void {
    if (!this.#owned.has(bytes)) this.#secrets.set(bytes, what);
  }

  #watched(aead: AEAD): AEAD {
    this.#open.add(aead);
    return {
      nonceBytes: aead.nonceBytes,
      tagBytes: aead.tagBytes,
      seal: (nonce, aad, plaintext) => aead.seal(nonce, aad, plaintext),
      open: (nonce, aad, sealed) => aead.open(nonce, aad, sealed),
      close: () => {
        aead.close();
        this.#open.delete(aead);
      },
    };
  }
}
