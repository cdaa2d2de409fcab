/** COSE_Sign: a payload signed by any number of signers. RFC 9052 §4.1. */

import type { CoseCrypto } from "../cose-crypto.js";
import type { CoseKey } from "../key.js";
import { sigStructure } from "../structures.js";
import { checkCritical, makeHeaders } from "./header.js";
import {
  contentOf,
  nothing,
  readMessage,
  writeMessage,
  type CheckOptions,
  type MakeOptions,
  type Message,
} from "./message.js";
import {
  makeSignature,
  readSignatures,
  signatureHolds,
  writeSignature,
  type CoseSignature,
  type Signer,
} from "./signature.js";

const SIGN = Object.freeze({ name: "COSE_Sign", tag: 98, elements: 4 } as const);

/** A COSE_Sign; its content is the payload. */
export interface SignMessage extends Message {
  readonly signatures: readonly CoseSignature[];
}

/**
 * Signs a payload.
 * @throws {CoseError} when a signer's headers name no algorithm, or its key is not for it
 * @throws {UnsupportedAlgorithmError} when the host does not have the algorithm
 */
export function makeSign(
  crypto: CoseCrypto,
  signers: readonly Signer[],
  payload: Uint8Array,
  options: MakeOptions = {},
): SignMessage {
  const headers = makeHeaders(options);
  const { externalAad = nothing() } = options;
  const structure = (signProtected: Uint8Array): Uint8Array =>
    sigStructure("Signature", headers.protectedBytes, externalAad, payload, signProtected);
  const signatures = signers.map((signer) => makeSignature(crypto, signer, structure));
  return { ...headers, content: payload, signatures };
}

/** The message with its tag. */
export function encodeSign(message: SignMessage): Uint8Array {
  const writer = writeMessage(message, SIGN).array(message.signatures.length);
  for (const signature of message.signatures) writeSignature(writer, signature);
  return writer.bytes;
}

/** Reads a message, which is not yet verified. @throws {CoseError | CborError} when the bytes are no COSE_Sign */
export function readSign(bytes: Uint8Array): SignMessage {
  return readMessage(bytes, SIGN, (reader) => ({ signatures: readSignatures(reader) }));
}

/**
 * The payload, or undefined where one of the message's signatures is not the key's. Which signers must have signed is
 * the application's to say.
 * @throws {CoseError} when the headers name no algorithm, the key is not for it, or a critical parameter is unknown
 * @throws {UnsupportedAlgorithmError} when the host does not have the algorithm
 */
export function verifySign(
  crypto: CoseCrypto,
  key: CoseKey,
  message: SignMessage,
  signature: CoseSignature,
  options: CheckOptions = {},
): Uint8Array | undefined {
  checkCritical(message, options.understood);
  const payload = contentOf(message, options.detachedContent);
  const { externalAad = nothing() } = options;
  const structure = (signProtected: Uint8Array): Uint8Array =>
    sigStructure("Signature", message.protectedBytes, externalAad, payload, signProtected);
  return signatureHolds(crypto, key, signature, structure, options) ? payload : undefined;
}
