/** Gives portable tests the crypto port in C (`hostCrypto` of simulators/testing). Preloaded before them on XS. */

import { crypto } from "../../../hosts/xs/crypto.js";
import type { Crypto } from "../../../src/ports/crypto.js";

(globalThis as { coapsuleCrypto?: Crypto }).coapsuleCrypto = crypto;
