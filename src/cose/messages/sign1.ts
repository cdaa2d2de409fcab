/** COSE_Sign1: a payload signed by one. RFC 9052 §4.2. */

import type { CoseCrypto } from "../cose-crypto.js";
import { SIGN, VERIFY, type CoseKey } from "../key.js";
import { checkKeyUse } from "../key-use.js";
import { sigStructure } from "../structures.js";
import { algorithmOf, checkCritical, makeHeaders } from "./header.js";
import {
  contentOf,
  nothing,
  readMessage,
  writeMessage,
  type CheckOptions,
  type MakeOptions,
  type Message,
} from "./message.js";

const SIGN1 = Object.freeze({ name: "COSE_Sign1", tag: 18, elements: 4 } as const);

/** A COSE_Sign1; its content is the payload. */
export interface Sign1Message extends Message {
  readonly signature: Uint8Array;
}

/**
 * Signs a payload.
 * @throws {CoseError} when the headers name no algorithm, or the key is not for it
 * @throws {UnsupportedAlgorithmError} when the host does not have the algorithm
 */
export function makeSign1(
  crypto: CoseCrypto,
  key: CoseKey,
  payload: Uint8Array,
  options: MakeOptions,
): Sign1Message {
  const headers = makeHeaders(options);
  const algorithm = algorithmOf(headers, options);
  checkKeyUse(key, algorithm, SIGN);
  const { externalAad = nothing() } = options;
  const toBeSigned = sigStructure("Signature1", headers.protectedBytes, externalAad, payload);
  const signature = crypto.sign(algorithm, key, toBeSigned);
  return { ...headers, content: payload, signature };
}

/** The message with its tag. */
export function encodeSign1(message: Sign1Message): Uint8Array {
  return writeMessage(message, SIGN1).byteString(message.signature).bytes;
}

/** Reads a message, which is not yet verified. @throws {CoseError | CborError} when the bytes are no COSE_Sign1 */
export function readSign1(bytes: Uint8Array): Sign1Message {
  return readMessage(bytes, SIGN1, (reader) => ({ signature: reader.readBytes() }));
}

/**
 * The payload, or undefined where the signature is not the key's.
 * @throws {CoseError} when the headers name no algorithm, the key is not for it, or a critical parameter is unknown
 * @throws {UnsupportedAlgorithmError} when the host does not have the algorithm
 */
export function verifySign1(
  crypto: CoseCrypto,
  key: CoseKey,
  message: Sign1Message,
  options: CheckOptions = {},
): Uint8Array | undefined {
  checkCritical(message, options.understood);
  const algorithm = algorithmOf(message, options);
  checkKeyUse(key, algorithm, VERIFY);
  const payload = contentOf(message, options.detachedContent);
  const { externalAad = nothing() } = options;
  const toBeSigned = sigStructure("Signature1", message.protectedBytes, externalAad, payload);
  return crypto.verify(algorithm, key, toBeSigned, message.signature) ? payload : undefined;
}
