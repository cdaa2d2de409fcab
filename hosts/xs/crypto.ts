/** The crypto port in C (crypto/). Ed25519 is in images that link it: `make -C hosts/xs linux32-crypto`. */

import { CheckedCrypto } from "../../src/crypto/checked-crypto.js";
import type { Ed25519Primitives } from "../../src/crypto/primitives.js";
import { natives, type Natives } from "./natives.js";

function hasEd25519(functions: Natives): functions is Natives & Ed25519Primitives {
  return functions.ed25519Sign !== undefined;
}

export const crypto = new CheckedCrypto(natives, hasEd25519(natives) ? natives : undefined);
