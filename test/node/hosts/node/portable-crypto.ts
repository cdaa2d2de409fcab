/** Gives portable tests the crypto port of Node (`hostCrypto` of simulators/testing). Mocha loads it before all tests. */

import { nodeCrypto } from "../../../../hosts/node/crypto/node-crypto.js";
import type { Crypto } from "../../../../src/ports/crypto.js";

(globalThis as { coapsuleCrypto?: Crypto }).coapsuleCrypto = nodeCrypto;
