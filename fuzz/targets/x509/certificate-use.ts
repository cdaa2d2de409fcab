/** Extensions of X.509 certificates, RFC 5280 §4.2, in DER. */

import { DerError } from "../../../hosts/node/x509/der.js";
import { certificateUse, type CertificateUse } from "../../../hosts/node/x509/extensions.js";
import type { Target } from "../../target.js";

export const certificateUseTarget: Target<CertificateUse> = {
  name: "certificate-use",
  errors: [DerError],
  dictionary: [
    "3082",
    "a30d300b",
    "0603551d13",
    "0603551d0f",
    "0101ff",
    "020100",
    "0404",
    "030204",
    "0500",
  ].map((hex) => Buffer.from(hex, "hex")),
  parse: (input) => certificateUse(input),
};
