/** COSE_Mac0: a payload authenticated with a key that both ends know. RFC 9052 §6.2. */

import type { CoseCrypto } from "../cose-crypto.js";
import type { CoseKey } from "../key.js";
import { authenticate, checkAuthenticated, type Authenticated } from "./authenticate.js";
import { readMessage, writeMessage, type CheckOptions, type MakeOptions } from "./message.js";

const MAC0 = Object.freeze({ name: "COSE_Mac0", tag: 17, elements: 4 } as const);

/** A COSE_Mac0. */
export type Mac0Message = Authenticated;

/**
 * Authenticates a payload.
 * @throws {CoseError} when the headers name no algorithm, or the key is not for it
 * @throws {UnsupportedAlgorithmError} when the host does not have the algorithm
 */
export function makeMac0(
  crypto: CoseCrypto,
  key: CoseKey,
  payload: Uint8Array,
  options: MakeOptions,
): Mac0Message {
  return authenticate(crypto, "MAC0", key, payload, options);
}

/** The message with its CBOR tag. */
export function encodeMac0(message: Mac0Message): Uint8Array {
  return writeMessage(message, MAC0).byteString(message.tag).bytes;
}

/** Reads a message, which is not yet verified. @throws {CoseError | CborError} when the bytes are no COSE_Mac0 */
export function readMac0(bytes: Uint8Array): Mac0Message {
  return readMessage(bytes, MAC0, (reader) => ({ tag: reader.readBytes() }));
}

/**
 * The payload, or undefined where it was not authenticated with the key.
 * @throws {CoseError} when the headers name no algorithm, the key is not for it, or a critical parameter is unknown
 * @throws {UnsupportedAlgorithmError} when the host does not have the algorithm
 */
export function verifyMac0(
  crypto: CoseCrypto,
  key: CoseKey,
  message: Mac0Message,
  options: CheckOptions = {},
): Uint8Array | undefined {
  return checkAuthenticated(crypto, "MAC0", key, message, options);
}
