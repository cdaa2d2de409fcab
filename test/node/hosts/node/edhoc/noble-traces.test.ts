/** What portable tests ask of EDHOC with node:crypto and the C of devices, asked with the provider in JavaScript. */

import { nobleCrypto } from "../../../../../hosts/node/crypto/noble-crypto.js";
import { testInvalidMessages } from "../../../../portable/security/edhoc/suites/invalid-messages.js";
import { testTraces } from "../../../../portable/security/edhoc/suites/traces.js";

describe("EDHOC with the crypto port on the noble packages", () => {
  testTraces(() => nobleCrypto);
  testInvalidMessages(() => nobleCrypto);
});
