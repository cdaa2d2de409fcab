/** Under which key of storage the state of a security context is kept. RFC 8613 §7.5. */

import { toHex } from "../../../bytes/hex.js";
import { CborWriter } from "../../../cbor/writer.js";
import type { Crypto } from "../../../ports/crypto.js";
import { MAX_KEY_LENGTH } from "../../../storage/limits.js";
import type { ContextParameters } from "../context/parameters.js";

const NO_BYTES = new Uint8Array(0);

/**
 * A key of storage that is made of what makes a Sender Key (§3.3): whoever has that key finds the sequence numbers that
 * were used with it, by whatever name it goes. Where two have the same key of storage they count together, which is as
 * safe.
 */
export function stateKeyOf(crypto: Crypto, parameters: ContextParameters): string {
  const { masterSecret, masterSalt = NO_BYTES, idContext, senderId } = parameters;
  const identity = new CborWriter().byteString(masterSecret).byteString(masterSalt).byteString(senderId);
  if (idContext) identity.byteString(idContext);
  const { bytes } = identity;
  try {
    return toHex(crypto.hash("SHA-256", bytes)).slice(0, MAX_KEY_LENGTH);
  } finally {
    bytes.fill(0);
  }
}
