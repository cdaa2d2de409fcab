/** COSE_Encrypt0: content encrypted with a key that both ends know. RFC 9052 §5.2. */

import type { CoseCrypto } from "../cose-crypto.js";
import type { CoseKey } from "../key.js";
import { readMessage, writeMessage, type CheckOptions, type MakeOptions, type Message } from "./message.js";
import { open, seal } from "./seal.js";

const ENCRYPT0 = Object.freeze({ name: "COSE_Encrypt0", tag: 16, elements: 3 } as const);

/** A COSE_Encrypt0; its content is the ciphertext. */
export type Encrypt0Message = Message;

/**
 * Encrypts content. The same nonce, given as IV or as Partial IV, must never serve two messages with one key.
 * @throws {CoseError} when the headers name no algorithm or no IV, or the key is not for it
 * @throws {UnsupportedAlgorithmError} when the host does not have the algorithm
 */
export function makeEncrypt0(
  crypto: CoseCrypto,
  key: CoseKey,
  plaintext: Uint8Array,
  options: MakeOptions,
): Encrypt0Message {
  return seal(crypto, "Encrypt0", key, plaintext, options);
}

/** The message with its tag. */
export function encodeEncrypt0(message: Encrypt0Message): Uint8Array {
  return writeMessage(message, ENCRYPT0).bytes;
}

/** Reads a message, which stays encrypted. @throws {CoseError | CborError} when the bytes are no COSE_Encrypt0 */
export function readEncrypt0(bytes: Uint8Array): Encrypt0Message {
  return readMessage(bytes, ENCRYPT0, () => ({}));
}

/**
 * The plaintext, or undefined where it was not encrypted like this with the key.
 * @throws {CoseError} when the headers name no algorithm or IV, the key is not for it, or a critical parameter is
 *   unknown
 * @throws {UnsupportedAlgorithmError} when the host does not have the algorithm
 */
export function openEncrypt0(
  crypto: CoseCrypto,
  key: CoseKey,
  message: Encrypt0Message,
  options: CheckOptions = {},
): Uint8Array | undefined {
  return open(crypto, "Encrypt0", key, message, options);
}
