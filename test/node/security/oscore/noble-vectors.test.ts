/** The examples of RFC 8613 Appendix C with the provider in JavaScript, too. */

import { nobleCrypto } from "../../../../hosts/node/crypto/noble-crypto.js";
import { testVectors } from "../../../portable/security/oscore/vectors.js";

describe("OSCORE on the noble packages", () => {
  testVectors(() => nobleCrypto);
});
