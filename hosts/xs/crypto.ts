/**
 * The crypto port in C (crypto/). An application that wants it imports this module; the image must link it:
 * `make -C hosts/xs linux32-crypto`.
 */

import { CheckedCrypto } from "../../src/crypto/checked-crypto.js";
import type { Ed25519Primitives, Primitives } from "../../src/crypto/primitives.js";
import { natives, type Natives } from "./natives.js";

function hasPrimitives(functions: Natives): functions is Natives & Primitives {
  return functions.ccmSeal !== undefined && functions.p256Sign !== undefined;
}

function hasEd25519(functions: Natives): functions is Natives & Ed25519Primitives {
  return functions.ed25519Sign !== undefined;
}

function linkedCrypto(): CheckedCrypto {
  if (!hasPrimitives(natives)) throw new Error("this image was linked without cryptography");
  return new CheckedCrypto(natives, hasEd25519(natives) ? natives : undefined);
}

export const crypto = linkedCrypto();
