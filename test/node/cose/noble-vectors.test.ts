/** What portable tests ask of COSE with node:crypto and the C of devices, asked with the provider in JavaScript. */

import { nobleCrypto } from "../../../hosts/node/crypto/noble-crypto.js";
import { testExamples } from "../../portable/cose/suites/examples.js";
import { testPublished } from "../../portable/cose/suites/published.js";

describe("COSE with the crypto port on the noble packages", () => {
  testExamples(() => nobleCrypto);
  testPublished(() => nobleCrypto);
});
