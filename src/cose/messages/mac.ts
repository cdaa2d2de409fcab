/** COSE_Mac: a payload authenticated for recipients. RFC 9052 §6.1. */

import type { CoseCrypto } from "../cose-crypto.js";
import type { CoseKey } from "../key.js";
import { authenticate, checkAuthenticated, type Authenticated } from "./authenticate.js";
import { readMessage, writeMessage, type CheckOptions, type MakeOptions } from "./message.js";
import { checkDirect, readRecipients, writeRecipients, type Recipient } from "./recipient.js";

const MAC = Object.freeze({ name: "COSE_Mac", tag: 97, elements: 5 } as const);

/** A COSE_Mac. */
export interface MacMessage extends Authenticated {
  readonly recipients: readonly Recipient[];
}

/**
 * Authenticates a payload with the key that the recipients share.
 * @throws {CoseError} when the headers name no algorithm, or the key is not for it
 * @throws {UnsupportedAlgorithmError} when the host does not have the algorithm, or a recipient is not direct
 */
export function makeMac(
  crypto: CoseCrypto,
  key: CoseKey,
  recipients: readonly Recipient[],
  payload: Uint8Array,
  options: MakeOptions,
): MacMessage {
  checkDirect(recipients);
  return { ...authenticate(crypto, "MAC", key, payload, options), recipients };
}

/** The message with its CBOR tag. */
export function encodeMac(message: MacMessage): Uint8Array {
  const writer = writeMessage(message, MAC).byteString(message.tag);
  writeRecipients(writer, message.recipients);
  return writer.bytes;
}

/** Reads a message, which is not yet verified. @throws {CoseError | CborError} when the bytes are no COSE_Mac */
export function readMac(bytes: Uint8Array): MacMessage {
  return readMessage(bytes, MAC, (reader) => ({
    tag: reader.readBytes(),
    recipients: readRecipients(reader),
  }));
}

/**
 * The payload, or undefined where it was not authenticated with the key.
 * @throws {CoseError} when the headers name no algorithm, the key is not for it, or a critical parameter is unknown
 * @throws {UnsupportedAlgorithmError} when the host does not have the algorithm, or a recipient is not direct
 */
export function verifyMac(
  crypto: CoseCrypto,
  key: CoseKey,
  message: MacMessage,
  options: CheckOptions = {},
): Uint8Array | undefined {
  checkDirect(message.recipients);
  return checkAuthenticated(crypto, "MAC", key, message, options);
}
