/** Encrypting and decrypting the content of a message with an AEAD: RFC 9052 §5.3. */

import type { CoseAlgorithm } from "../algorithms.js";
import type { CoseCrypto } from "../cose-crypto.js";
import { CoseError } from "../errors.js";
import { DECRYPT, ENCRYPT, type CoseKey } from "../key.js";
import { symmetricKeyBytes } from "../key-material.js";
import { checkKeyUse } from "../key-use.js";
import { encStructure } from "../structures.js";
import { algorithmOf, checkCritical, makeHeaders, type Headers } from "./header.js";
import { contentOf, nothing, type CheckOptions, type MakeOptions, type Message } from "./message.js";

type ContentContext = "Encrypt" | "Encrypt0";

/** The parts of an encrypted message; its content is the ciphertext. */
export function seal(
  crypto: CoseCrypto,
  context: ContentContext,
  key: CoseKey,
  plaintext: Uint8Array,
  options: MakeOptions,
): Message {
  const headers = makeHeaders(options);
  const algorithm = algorithmOf(headers, options);
  checkKeyUse(key, algorithm, ENCRYPT);
  const nonce = nonceOf(crypto, algorithm, key, headers);
  const aad = encStructure(context, headers.protectedBytes, options.externalAad ?? nothing());
  return { ...headers, content: crypto.seal(algorithm, symmetricKeyBytes(key), nonce, aad, plaintext) };
}

/** The plaintext, or undefined where it was not encrypted like this. */
export function open(
  crypto: CoseCrypto,
  context: ContentContext,
  key: CoseKey,
  message: Message,
  options: CheckOptions,
): Uint8Array | undefined {
  checkCritical(message, options.understood);
  const algorithm = algorithmOf(message, options);
  checkKeyUse(key, algorithm, DECRYPT);
  const nonce = nonceOf(crypto, algorithm, key, message);
  const ciphertext = contentOf(message, options.detachedContent);
  const aad = encStructure(context, message.protectedBytes, options.externalAad ?? nothing());
  return crypto.open(algorithm, symmetricKeyBytes(key), nonce, aad, ciphertext);
}

/** The IV, or the key's Base IV with the Partial IV in its last bytes (RFC 9052 §3.1). */
function nonceOf(
  crypto: CoseCrypto,
  algorithm: CoseAlgorithm,
  { baseIv }: CoseKey,
  { protectedHeader, unprotected }: Headers,
): Uint8Array {
  const length = crypto.nonceBytes(algorithm);
  const iv = protectedHeader.iv ?? unprotected.iv;
  if (iv !== undefined) {
    if (iv.length !== length) throw new CoseError(`expected an IV of ${length} bytes, got ${iv.length}`);
    return iv;
  }
  const partialIv = protectedHeader.partialIv ?? unprotected.partialIv;
  if (partialIv === undefined) throw new CoseError("expected an IV or a Partial IV in the headers, got none");
  if (baseIv?.length !== length || partialIv.length > length)
    throw new CoseError(
      `expected a Partial IV of at most ${length} bytes, and a key with a Base IV of as many`,
    );
  const nonce = new Uint8Array(baseIv);
  partialIv.forEach((byte, index) => {
    nonce[length - partialIv.length + index]! ^= byte;
  });
  return nonce;
}
