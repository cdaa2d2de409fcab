/** COSE_Encrypt: content encrypted for recipients. RFC 9052 §5.1. */

import type { CoseCrypto } from "../cose-crypto.js";
import type { CoseKey } from "../key.js";
import { readMessage, writeMessage, type CheckOptions, type MakeOptions, type Message } from "./message.js";
import { checkDirect, readRecipients, writeRecipients, type Recipient } from "./recipient.js";
import { open, seal } from "./seal.js";

const ENCRYPT = Object.freeze({ name: "COSE_Encrypt", tag: 96, elements: 4 } as const);

/** A COSE_Encrypt; its content is the ciphertext. */
export interface EncryptMessage extends Message {
  readonly recipients: readonly Recipient[];
}

/**
 * Encrypts content with the key that the recipients share. The same nonce, given as IV or as Partial IV, must never
 * serve two messages with one key.
 * @throws {CoseError} when the headers name no algorithm or no IV, or the key is not for it
 * @throws {UnsupportedAlgorithmError} when the host does not have the algorithm, or a recipient is not direct
 */
export function makeEncrypt(
  crypto: CoseCrypto,
  key: CoseKey,
  recipients: readonly Recipient[],
  plaintext: Uint8Array,
  options: MakeOptions,
): EncryptMessage {
  checkDirect(recipients);
  return { ...seal(crypto, "Encrypt", key, plaintext, options), recipients };
}

/** The message with its tag. */
export function encodeEncrypt(message: EncryptMessage): Uint8Array {
  const writer = writeMessage(message, ENCRYPT);
  writeRecipients(writer, message.recipients);
  return writer.bytes;
}

/** Reads a message, which stays encrypted. @throws {CoseError | CborError} when the bytes are no COSE_Encrypt */
export function readEncrypt(bytes: Uint8Array): EncryptMessage {
  return readMessage(bytes, ENCRYPT, (reader) => ({ recipients: readRecipients(reader) }));
}

/**
 * The plaintext, or undefined where it was not encrypted like this with the key.
 * @throws {CoseError} when the headers name no algorithm or IV, the key is not for it, or a critical parameter is
 *   unknown
 * @throws {UnsupportedAlgorithmError} when the host does not have the algorithm, or a recipient is not direct
 */
export function openEncrypt(
  crypto: CoseCrypto,
  key: CoseKey,
  message: EncryptMessage,
  options: CheckOptions = {},
): Uint8Array | undefined {
  checkDirect(message.recipients);
  return open(crypto, "Encrypt", key, message, options);
}
