/**
 * The byte strings that are signed, authenticated or given to an AEAD as additional data: RFC 9052 §4.4, §5.3, §6.3.
 *
 *   Sig_structure = [ context, body_protected, ? sign_protected, external_aad, payload ]
 *   Enc_structure = [ context, protected, external_aad ]
 *   MAC_structure = [ context, protected, external_aad, payload ]
 */

import { CborWriter } from "../cbor/writer.js";

const EMPTY_MAP = 0xa0;

/** What a signature is of: a message with any number of them, or with one. */
export type SigContext = "Signature" | "Signature1";

/** What is encrypted: a message with or without recipients, or the key in a recipient of such a message. */
export type EncContext = "Encrypt" | "Encrypt0" | "Enc_Recipient" | "Mac_Recipient" | "Rec_Recipient";

export type MacContext = "MAC" | "MAC0";

/**
 * Enc_structure (RFC 9052 §5.3): the additional data of an AEAD.
 * @param protectedBytes the protected header as it is in the message; an empty map counts as nothing
 */
export function encStructure(
  context: EncContext,
  protectedBytes: Uint8Array,
  externalAad: Uint8Array,
): Uint8Array {
  const writer = new CborWriter().array(3).text(context);
  return writer.byteString(protectedHeader(protectedBytes)).byteString(externalAad).bytes;
}

/**
 * Sig_structure (RFC 9052 §4.4): what is signed.
 * @param bodyProtected the protected header of the message, as it is in there; an empty map counts as nothing
 * @param payload all of it, detached or not
 * @param signProtected the protected header of the signature, where it has one of its own
 */
export function sigStructure(
  context: SigContext,
  bodyProtected: Uint8Array,
  externalAad: Uint8Array,
  payload: Uint8Array,
  signProtected?: Uint8Array,
): Uint8Array {
  const writer = new CborWriter().array(signProtected === undefined ? 4 : 5).text(context);
  writer.byteString(protectedHeader(bodyProtected));
  if (signProtected !== undefined) writer.byteString(protectedHeader(signProtected));
  return writer.byteString(externalAad).byteString(payload).bytes;
}

/**
 * MAC_structure (RFC 9052 §6.3): what is authenticated.
 * @param protectedBytes the protected header as it is in the message; an empty map counts as nothing
 * @param payload all of it, detached or not
 */
export function macStructure(
  context: MacContext,
  protectedBytes: Uint8Array,
  externalAad: Uint8Array,
  payload: Uint8Array,
): Uint8Array {
  const writer = new CborWriter().array(4).text(context);
  return writer.byteString(protectedHeader(protectedBytes)).byteString(externalAad).byteString(payload).bytes;
}

/** A header without parameters is a byte string of length zero here, though messages may have a map (RFC 9052 §3). */
export function protectedHeader(bytes: Uint8Array): Uint8Array {
  return bytes.length === 1 && bytes[0] === EMPTY_MAP ? bytes.subarray(1) : bytes;
}
