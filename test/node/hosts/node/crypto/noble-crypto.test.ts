/** What portable tests ask of node:crypto and of the C of devices, asked of the provider in JavaScript. */

import { nobleCrypto } from "../../../../../hosts/node/crypto/noble-crypto.js";
import { testAEAD } from "../../../../portable/crypto/suites/aead.js";
import { testAgreement } from "../../../../portable/crypto/suites/agreement.js";
import { testHash } from "../../../../portable/crypto/suites/hash.js";
import { testSignature } from "../../../../portable/crypto/suites/signature.js";

describe("crypto port on the noble packages", () => {
  testAEAD(() => nobleCrypto);
  testHash(() => nobleCrypto);
  testSignature(() => nobleCrypto, true);
  testAgreement(() => nobleCrypto);
});
