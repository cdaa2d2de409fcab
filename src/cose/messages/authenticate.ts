/** Computing and checking the tag of a MAC: RFC 9052 §6.3. */

import type { CoseCrypto } from "../cose-crypto.js";
import { MAC_CREATE, MAC_VERIFY, type CoseKey } from "../key.js";
import { symmetricKeyBytes } from "../key-material.js";
import { checkKeyUse } from "../key-use.js";
import { macStructure, type MacContext } from "../structures.js";
import { algorithmOf, checkCritical, makeHeaders } from "./header.js";
import { contentOf, nothing, type CheckOptions, type MakeOptions, type Message } from "./message.js";

/** A message with a MAC; its content is the payload. */
export interface Authenticated extends Message {
  readonly tag: Uint8Array;
}

/** The parts of a message with its tag. */
export function authenticate(
  crypto: CoseCrypto,
  context: MacContext,
  key: CoseKey,
  payload: Uint8Array,
  options: MakeOptions,
): Authenticated {
  const headers = makeHeaders(options);
  const algorithm = algorithmOf(headers, options);
  checkKeyUse(key, algorithm, MAC_CREATE);
  const { externalAad = nothing() } = options;
  const toBeMaced = macStructure(context, headers.protectedBytes, externalAad, payload);
  const tag = crypto.mac(algorithm, symmetricKeyBytes(key), toBeMaced);
  return { ...headers, content: payload, tag };
}

/** The payload, or undefined where the tag is another. */
export function checkAuthenticated(
  crypto: CoseCrypto,
  context: MacContext,
  key: CoseKey,
  message: Authenticated,
  options: CheckOptions,
): Uint8Array | undefined {
  checkCritical(message, options.understood);
  const algorithm = algorithmOf(message, options);
  checkKeyUse(key, algorithm, MAC_VERIFY);
  const payload = contentOf(message, options.detachedContent);
  const { externalAad = nothing() } = options;
  const toBeMaced = macStructure(context, message.protectedBytes, externalAad, payload);
  const tag = crypto.mac(algorithm, symmetricKeyBytes(key), toBeMaced);
  return crypto.equal(tag, message.tag) ? payload : undefined;
}
