/** Transcript hashes and keys: RFC 9528 §4. */

import { CborWriter } from "../../cbor/writer.js";
import { concatBytes } from "../../bytes/concat.js";
import { HKDF_DIGESTS_MAX, hkdfExpand, hkdfExtract } from "../../crypto/hkdf.js";
import type { AEAD, Crypto } from "../../ports/crypto.js";
import { HASH_BYTES, IV_BYTES, KEY_BYTES, type CipherSuite } from "./cipher-suite.js";

/** info_label of EDHOC_KDF (§4.1.2, figure 6). */
const KEYSTREAM_2 = 0;
const SALT_3E2M = 1;
export const MAC_2 = 2;
const K_3 = 3;
const IV_3 = 4;
const SALT_4E3M = 5;
export const MAC_3 = 6;
const PRK_OUT = 7;
const K_4 = 8;
const IV_4 = 9;
const PRK_EXPORTER = 10;
const KEY_UPDATE = 11;

/** Most bytes of one output of EDHOC_KDF (appendix G). */
const KEYSTREAM_PART_BYTES = HKDF_DIGESTS_MAX * HASH_BYTES;

const NO_CONTEXT = new Uint8Array(0);

/** A key and the nonce that it is used with, once: both are overwritten then, or by {@link forgetMessageKey}. */
export interface MessageKey {
  readonly aead: AEAD;
  readonly iv: Uint8Array;
}

/** Overwrites a key and its nonce. */
export function forgetMessageKey({ aead, iv }: MessageKey): void {
  aead.close();
  iv.fill(0);
}

/** The derivations of one session, with the hash of its cipher suite; it owns the keys between messages. */
export class KeySchedule {
  readonly crypto: Crypto;
  readonly suite: CipherSuite;
  /** PRK_2e, PRK_3e2m, PRK_4e3m */
  readonly #keys: Uint8Array[] = [];

  constructor(crypto: Crypto, suite: CipherSuite) {
    this.crypto = crypto;
    this.suite = suite;
  }

  /** H of a CBOR sequence, given in parts. */
  hash(...sequence: readonly Uint8Array[]): Uint8Array {
    return this.crypto.hash(this.suite.hash, concatBytes(sequence));
  }

  /** EDHOC_KDF (§4.1.2). @throws {CryptoArgumentError} for more than 255 digests */
  derive(key: Uint8Array, label: number, context: Uint8Array, bytes: number): Uint8Array {
    const info = new CborWriter().integer(label).byteString(context).integer(bytes).bytes;
    return hkdfExpand(this.crypto, this.suite.hash, key, info, bytes);
  }

  /** TH_2 (§5.3.2). @param ephemeralKey G_Y */
  transcript2(ephemeralKey: Uint8Array, message1: Uint8Array): Uint8Array {
    const writer = new CborWriter().byteString(ephemeralKey).byteString(this.hash(message1));
    return this.hash(writer.bytes);
  }

  /** TH_3 and TH_4 (§5.4.2): of the one before, the plaintext of the message, and the credential of its sender. */
  nextTranscript(transcript: Uint8Array, plaintext: Uint8Array, credential: Uint8Array): Uint8Array {
    return this.hash(new CborWriter().byteString(transcript).bytes, plaintext, credential);
  }

  /** Overwrites PRK_2e, PRK_3e2m and PRK_4e3m, once all is derived from them; PRK_out and what follows are others'. */
  forget(): void {
    for (const key of this.#keys.splice(0)) key.fill(0);
  }

  /** PRK_2e (§4.1.1.1). @param secret G_XY, which is overwritten */
  key2e(transcript2: Uint8Array, secret: Uint8Array): Uint8Array {
    return this.#extract(transcript2, secret);
  }

  /** PRK_3e2m (§4.1.1.2). @param secret G_RX, which is overwritten; undefined where the Responder signs */
  key3e2m(key2e: Uint8Array, transcript2: Uint8Array, secret: Uint8Array | undefined): Uint8Array {
    return this.#mixed(key2e, SALT_3E2M, transcript2, secret);
  }

  /** PRK_4e3m (§4.1.1.3). @param secret G_IY, which is overwritten; undefined where the Initiator signs */
  key4e3m(key3e2m: Uint8Array, transcript3: Uint8Array, secret: Uint8Array | undefined): Uint8Array {
    return this.#mixed(key3e2m, SALT_4E3M, transcript3, secret);
  }

  /** Encrypts PLAINTEXT_2, or decrypts CIPHERTEXT_2 (§5.3.2, appendix G for long ones). */
  exclusiveOr2(key2e: Uint8Array, transcript2: Uint8Array, text: Uint8Array): Uint8Array {
    const result = new Uint8Array(text);
    for (let at = 0, part = 0; at < text.length; at += KEYSTREAM_PART_BYTES, part += 1) {
      const bytes = Math.min(KEYSTREAM_PART_BYTES, text.length - at);
      const keystream = this.derive(key2e, KEYSTREAM_2 - part, transcript2, bytes);
      for (let index = 0; index < bytes; index += 1) result[at + index]! ^= keystream[index]!;
      keystream.fill(0);
    }
    return result;
  }

  /** K_3 and IV_3. */
  messageKey3(key3e2m: Uint8Array, transcript3: Uint8Array): MessageKey {
    return this.#messageKey(key3e2m, K_3, IV_3, transcript3);
  }

  /** K_4 and IV_4. */
  messageKey4(key4e3m: Uint8Array, transcript4: Uint8Array): MessageKey {
    return this.#messageKey(key4e3m, K_4, IV_4, transcript4);
  }

  /** PRK_out (§4.1.3). */
  keyOut(key4e3m: Uint8Array, transcript4: Uint8Array): Uint8Array {
    return this.derive(key4e3m, PRK_OUT, transcript4, HASH_BYTES);
  }

  /** PRK_exporter (§4.2). */
  keyExporter(keyOut: Uint8Array): Uint8Array {
    return this.derive(keyOut, PRK_EXPORTER, NO_CONTEXT, HASH_BYTES);
  }

  /** The PRK_out that comes after another (appendix H). */
  updatedKeyOut(keyOut: Uint8Array, context: Uint8Array): Uint8Array {
    return this.derive(keyOut, KEY_UPDATE, context, HASH_BYTES);
  }

  #mixed(
    key: Uint8Array,
    saltLabel: number,
    transcript: Uint8Array,
    secret: Uint8Array | undefined,
  ): Uint8Array {
    if (secret === undefined) return key;
    const salt = this.derive(key, saltLabel, transcript, HASH_BYTES);
    const mixed = this.#extract(salt, secret);
    salt.fill(0);
    return mixed;
  }

  /** EDHOC_Extract (§4.1.1). The shared secret is overwritten: it must be gone once keys are derived (§9.8). */
  #extract(salt: Uint8Array, secret: Uint8Array): Uint8Array {
    const key = hkdfExtract(this.crypto, this.suite.hash, salt, secret);
    secret.fill(0);
    this.#keys.push(key);
    return key;
  }

  #messageKey(key: Uint8Array, keyLabel: number, ivLabel: number, transcript: Uint8Array): MessageKey {
    const messageKey = this.derive(key, keyLabel, transcript, KEY_BYTES);
    const aead = this.crypto.aead(this.suite.aead, messageKey);
    messageKey.fill(0);
    return { aead, iv: this.derive(key, ivLabel, transcript, IV_BYTES) };
  }
}
