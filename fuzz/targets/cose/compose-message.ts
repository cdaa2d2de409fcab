/** Messages of every type, made with the composer's keys. */

import { nodeCrypto } from "../../../hosts/node/crypto/node-crypto.js";
import type { SeededRandom } from "../../../simulators/random.js";
import { AES_CCM_16_64_128, EDDSA, HMAC_256_64 } from "../../../src/cose/algorithms.js";
import { PortCoseCrypto } from "../../../src/cose/cose-crypto.js";
import {
  countersign,
  messageTarget,
  withCountersignatures,
} from "../../../src/cose/messages/countersignature.js";
import { encodeEncrypt, makeEncrypt } from "../../../src/cose/messages/encrypt.js";
import { encodeEncrypt0, makeEncrypt0 } from "../../../src/cose/messages/encrypt0.js";
import type { Header } from "../../../src/cose/messages/header.js";
import { encodeMac, makeMac } from "../../../src/cose/messages/mac.js";
import { encodeMac0, makeMac0 } from "../../../src/cose/messages/mac0.js";
import { directRecipient } from "../../../src/cose/messages/recipient.js";
import { encodeSign, makeSign } from "../../../src/cose/messages/sign.js";
import { encodeSign1, makeSign1 } from "../../../src/cose/messages/sign1.js";
import { COMPOSERS_KEYS } from "./keys.js";

const crypto = new PortCoseCrypto(nodeCrypto);
const { symmetric, signature: signatureKey } = COMPOSERS_KEYS;

/** One of the six types, with parameters that mean something. */
export function composeMessage(random: SeededRandom): Uint8Array {
  const content = randomBytes(random, 20);
  const kid = randomBytes(random, 8);
  const unprotected: Header = random.chance(0.5) ? { kid } : {};
  const signer = { key: signatureKey, protectedHeader: { alg: EDDSA }, unprotected };
  const recipients = [directRecipient(kid)];
  const ccm = {
    protectedHeader: { alg: AES_CCM_16_64_128, crit: [1], contentType: 60 },
    unprotected: { ...unprotected, partialIv: randomBytes(random, 5) },
  };
  const hmac = { protectedHeader: { alg: HMAC_256_64 }, unprotected };
  switch (random.integer(0, 6)) {
    case 0:
      return encodeSign1(makeSign1(crypto, signatureKey, content, signer));
    case 1:
      return encodeSign(makeSign(crypto, [signer, signer], content, { unprotected }));
    case 2:
      return encodeMac0(makeMac0(crypto, symmetric, content, hmac));
    case 3:
      return encodeMac(makeMac(crypto, symmetric, recipients, content, hmac));
    case 4:
      return encodeEncrypt0(makeEncrypt0(crypto, symmetric, content, ccm));
    case 5:
      return encodeEncrypt(makeEncrypt(crypto, symmetric, recipients, content, ccm));
    default: {
      const message = makeMac0(crypto, symmetric, content, hmac);
      const countersignature = countersign(crypto, signer, messageTarget(message));
      return encodeMac0({ ...message, unprotected: withCountersignatures(unprotected, [countersignature]) });
    }
  }
}

function randomBytes(random: SeededRandom, maxLength: number): Uint8Array {
  const bytes = new Uint8Array(random.integer(0, maxLength));
  random.fill(bytes);
  return bytes;
}
