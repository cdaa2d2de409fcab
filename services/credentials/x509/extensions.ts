/** What a certificate says about its use: RFC 5280 §4.2. */

import { toHex } from "../../../src/bytes/hex.js";
import { CertificateError } from "./certificate-error.js";
import { DerError, type DerReader, INTEGER, OCTET_STRING, SEQUENCE, dotted } from "./der.js";
import { checkGeneralNames } from "./name.js";

/** Content of the object identifiers id-ce-keyUsage, subjectAltName, basicConstraints, nameConstraints and extKeyUsage. */
const KEY_USAGE = "551d0f";
const SUBJECT_ALT_NAME = "551d11";
const BASIC_CONSTRAINTS = "551d13";
const NAME_CONSTRAINTS = "551d1e";
const EXTENDED_KEY_USAGE = "551d25";

/** Bits of keyUsage, the first byte's (§4.2.1.3). */
export const DIGITAL_SIGNATURE = 0x80;
export const KEY_AGREEMENT = 0x08;
export const KEY_CERT_SIGN = 0x04;

/** Purposes of extKeyUsage (§4.2.1.12), as content of their object identifiers. */
export const ANY_EXTENDED_KEY_USAGE = "551d2500";
export const SERVER_AUTH = "2b06010505070301";
export const CLIENT_AUTH = "2b06010505070302";

export interface CertificateUse {
  /** It may sign certificates, as far as basicConstraints say. */
  readonly isAuthority: boolean;
  /** How many authorities may come below it in a path; undefined without a limit. */
  readonly pathLength: number | undefined;
  /** First byte of keyUsage; undefined where any use is allowed. */
  readonly keyUsage: number | undefined;
  /** The purposes that the key is for, such as {@link SERVER_AUTH}; undefined where any is. */
  readonly extendedKeyUsage: readonly string[] | undefined;
  /** Other names than the subject; they are critical where the subject is empty (§4.1.2.6). */
  readonly subjectAltName: "absent" | "present" | "critical";
  /** An extension, dotted, that would have to be processed and is not here: such a certificate is refused (§4.2). */
  readonly unprocessed: string | undefined;
}

/** What is said where nothing is. */
export const ANY_USE: CertificateUse = {
  isAuthority: false,
  pathLength: undefined,
  keyUsage: undefined,
  extendedKeyUsage: undefined,
  subjectAltName: "absent",
  unprocessed: undefined,
};

/** Extensions while they are read. */
type UseInWork = { -readonly [Name in keyof CertificateUse]: CertificateUse[Name] };

/** Reads extensions. @throws {CertificateError} */
export function readExtensions(extensions: DerReader): CertificateUse {
  const use: UseInWork = { ...ANY_USE };
  const seen = new Set<string>();
  do {
    const extension = extensions.enter(SEQUENCE, "extension");
    const identifier = extension.objectIdentifier("extnID");
    const id = toHex(identifier);
    if (seen.has(id))
      throw new CertificateError(`expected extension ${dotted(identifier)} once (RFC 5280 §4.2)`);
    seen.add(id);
    const isCritical = extension.optionalTrue("critical");
    const value = extension.enter(OCTET_STRING, `extension ${dotted(identifier)}`);
    extension.finish();
    if (readKnown(id, isCritical, value, use)) value.finish();
    // Conforming authorities mark name constraints as critical; who did not still meant them (§4.2.1.10).
    else if (isCritical || id === NAME_CONSTRAINTS) use.unprocessed ??= dotted(identifier);
  } while (!extensions.atEnd);
  checkAuthority(use);
  return use;
}

/** @returns whether it is known here */
function readKnown(id: string, isCritical: boolean, value: DerReader, use: UseInWork): boolean {
  switch (id) {
    case BASIC_CONSTRAINTS:
      readBasicConstraints(value.enter(SEQUENCE, "basicConstraints"), use);
      return true;
    case KEY_USAGE:
      use.keyUsage = readKeyUsage(value);
      return true;
    case EXTENDED_KEY_USAGE:
      use.extendedKeyUsage = readPurposes(value.enter(SEQUENCE, "extKeyUsage"));
      return true;
    case SUBJECT_ALT_NAME:
      use.subjectAltName = isCritical ? "critical" : "present";
      checkGeneralNames(value, "subjectAltName");
      return true;
    default:
      return false;
  }
}

/** §4.2.1.9 */
function readBasicConstraints(constraints: DerReader, use: UseInWork): void {
  use.isAuthority = constraints.optionalTrue("cA");
  if (constraints.tag === INTEGER) {
    const bytes = constraints.integer("pathLenConstraint");
    if (bytes[0]! >= 0x80) throw new DerError("pathLenConstraint: expected 0 or more, got a negative number");
    use.pathLength = bytes.reduce((number, byte) => number * 0x100 + byte, 0);
  }
  constraints.finish();
}

/** Bits by name: those of zero at the end are not encoded, and one at least is set (§4.2.1.3; X.690 §11.2.2). */
function readKeyUsage(value: DerReader): number {
  const { bytes, unusedBits } = value.bitString("keyUsage");
  const last = bytes.at(-1) ?? 0;
  if ((last & (1 << unusedBits)) === 0)
    throw new DerError("keyUsage: expected bits up to the last one that is set, got none or more");
  return bytes[0]!;
}

/** §4.2.1.12 */
function readPurposes(purposes: DerReader): readonly string[] {
  const found: string[] = [];
  do found.push(toHex(purposes.objectIdentifier("KeyPurposeId")));
  while (!purposes.atEnd);
  return found;
}

/** What goes with being an authority alone (§4.2.1.3, §4.2.1.9). */
function checkAuthority({ isAuthority, pathLength, keyUsage = 0 }: CertificateUse): void {
  if (isAuthority) return;
  if (pathLength !== undefined)
    throw new CertificateError("expected pathLenConstraint of an authority alone (RFC 5280 §4.2.1.9)");
  if ((keyUsage & KEY_CERT_SIGN) !== 0)
    throw new CertificateError("expected keyCertSign of an authority alone (RFC 5280 §4.2.1.9)");
}
