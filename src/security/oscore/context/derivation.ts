/**
 * Keys and Common IV from what both endpoints share.
 *
 *   info = [ id : bstr, id_context : bstr / nil, alg_aead : int / tstr, type : tstr, L : uint ]
 *
 * RFC 8613 §3.2.1.
 */

import { CborWriter } from "../../../cbor/writer.js";
import { hkdfExpand, hkdfExtract } from "../../../crypto/hkdf.js";
import type { Crypto } from "../../../ports/crypto.js";
import { AEADS, type CompleteParameters } from "./parameters.js";

/** What is derived: the caller's, who overwrites it with {@link forgetKeys}. */
export interface DerivedKeys {
  readonly senderKey: Uint8Array;
  readonly recipientKey: Uint8Array;
  readonly commonIv: Uint8Array;
}

const NO_BYTES = new Uint8Array(0);

/** The `info` of one parameter. @param id Sender or Recipient ID, no byte for the Common IV @param length L, in bytes */
export function derivationInfo(
  id: Uint8Array,
  { idContext, algorithm }: Pick<CompleteParameters, "idContext" | "algorithm">,
  type: "Key" | "IV",
  length: number,
): Uint8Array {
  const info = new CborWriter().array(5).byteString(id);
  if (idContext) info.byteString(idContext);
  else info.null();
  return info.integer(AEADS[algorithm].number).text(type).integer(length).bytes;
}

/** Derives the keys. @throws {UnsupportedAlgorithmError} where the host has not the hash */
export function deriveKeys(crypto: Crypto, parameters: CompleteParameters): DerivedKeys {
  const { masterSalt, masterSecret, hash, algorithm, senderId, recipientId } = parameters;
  const { keyBytes, nonceBytes } = AEADS[algorithm];
  const pseudorandomKey = hkdfExtract(crypto, hash, masterSalt, masterSecret);
  const derive = (id: Uint8Array, type: "Key" | "IV", length: number): Uint8Array =>
    hkdfExpand(crypto, hash, pseudorandomKey, derivationInfo(id, parameters, type, length), length);
  try {
    return {
      senderKey: derive(senderId, "Key", keyBytes),
      recipientKey: derive(recipientId, "Key", keyBytes),
      commonIv: derive(NO_BYTES, "IV", nonceBytes),
    };
  } finally {
    pseudorandomKey.fill(0);
  }
}

/** Overwrites keys that are copied to where they are used. */
export function forgetKeys({ senderKey, recipientKey, commonIv }: DerivedKeys): void {
  senderKey.fill(0);
  recipientKey.fill(0);
  commonIv.fill(0);
}
