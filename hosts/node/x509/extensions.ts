/** What a certificate says about its use: RFC 5280 §4.2. node:crypto checks signatures and names, but not these. */

import { toHex } from "../../../src/bytes/hex.js";
import {
  BIT_STRING,
  BOOLEAN,
  CONTEXT_3,
  DerReader,
  INTEGER,
  OBJECT_IDENTIFIER,
  OCTET_STRING,
  SEQUENCE,
} from "./der.js";

/** Content of the object identifiers id-ce-keyUsage, subjectAltName, basicConstraints and extKeyUsage. */
const KEY_USAGE = "551d0f";
const SUBJECT_ALT_NAME = "551d11";
const BASIC_CONSTRAINTS = "551d13";
const EXTENDED_KEY_USAGE = "551d25";

/** Bits of keyUsage, the first byte's (§4.2.1.3). */
export const DIGITAL_SIGNATURE = 0x80;
export const KEY_AGREEMENT = 0x08;
export const KEY_CERT_SIGN = 0x04;

export interface CertificateUse {
  /** It may sign certificates, as far as basicConstraints say. */
  readonly isAuthority: boolean;
  /** How many authorities may come below it in a path; undefined without a limit. */
  readonly pathLength: number | undefined;
  /** First byte of keyUsage; undefined where any use is allowed. */
  readonly keyUsage: number | undefined;
  /** A critical extension that is not known here: such a certificate has to be refused (§4.2). */
  readonly hasUnknownCritical: boolean;
}

/** Reads the extensions of a certificate. @param certificate DER @throws {DerError} */
export function certificateUse(certificate: Uint8Array): CertificateUse {
  const use = {
    isAuthority: false,
    pathLength: undefined as number | undefined,
    keyUsage: undefined as number | undefined,
    hasUnknownCritical: false,
  };
  const fields = new DerReader(certificate).enter(SEQUENCE).enter(SEQUENCE);
  while (!fields.atEnd && fields.tag !== CONTEXT_3) fields.readAny();
  if (fields.atEnd) return use;
  const extensions = fields.enter(CONTEXT_3).enter(SEQUENCE);
  while (!extensions.atEnd) {
    const extension = extensions.enter(SEQUENCE);
    const id = toHex(extension.read(OBJECT_IDENTIFIER));
    const isCritical = extension.tag === BOOLEAN && extension.read(BOOLEAN)[0] !== 0;
    const value = extension.enter(OCTET_STRING);
    if (id === BASIC_CONSTRAINTS) {
      const constraints = value.enter(SEQUENCE);
      use.isAuthority = constraints.tag === BOOLEAN && constraints.read(BOOLEAN)[0] !== 0;
      if (constraints.tag === INTEGER) use.pathLength = constraints.read(INTEGER).at(-1);
    } else if (id === KEY_USAGE) use.keyUsage = value.read(BIT_STRING)[1] ?? 0;
    else if (isCritical && id !== SUBJECT_ALT_NAME && id !== EXTENDED_KEY_USAGE)
      use.hasUnknownCritical = true;
  }
  return use;
}
