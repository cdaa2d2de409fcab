/** Names of certificates: RFC 5280 §4.1.2.4 and §4.2.1.6. */

import { compareBytes } from "../../../src/bytes/compare.js";
import { CONTEXT, CONTEXT_CONSTRUCTED, DerError, DerReader, SEQUENCE, SET } from "./der.js";

/** Tags of GeneralName: rfc822Name, dNSName, uniformResourceIdentifier, iPAddress, directoryName (§4.2.1.6). */
const TEXTS: readonly number[] = [CONTEXT | 1, CONTEXT | 2, CONTEXT | 6];
const IP_ADDRESS = CONTEXT | 7;
const IP_ADDRESS_BYTES: readonly number[] = [4, 16];
const DIRECTORY_NAME = CONTEXT_CONSTRUCTED | 4;
/** otherName, x400Address, ediPartyName and registeredID, of which nobody here asks. */
const OTHERS: readonly number[] = [
  CONTEXT_CONSTRUCTED | 0,
  CONTEXT_CONSTRUCTED | 3,
  CONTEXT_CONSTRUCTED | 5,
  CONTEXT | 8,
];

/** A distinguished name, as it is encoded: an authority's is encoded in its certificates as in those it issued (§4.1.2.6). */
export interface DistinguishedName {
  readonly bytes: Uint8Array;
  readonly isEmpty: boolean;
}

/** @throws {DerError} */
export function readName(reader: DerReader, what: string): DistinguishedName {
  const bytes = reader.element(SEQUENCE, what);
  const names = new DerReader(bytes, what).enter(SEQUENCE, what);
  const isEmpty = names.atEnd;
  while (!names.atEnd) readRelativeName(names.enter(SET, what), what);
  return { bytes, isEmpty };
}

/** X.690 §11.6: what is in a set is in the order of its encodings. */
function readRelativeName(set: DerReader, what: string): void {
  let last: Uint8Array | undefined;
  do {
    const bytes = set.element(SEQUENCE, what);
    const attribute = new DerReader(bytes, what).enter(SEQUENCE, what);
    attribute.objectIdentifier(what);
    attribute.skipOne(what);
    attribute.finish();
    if (last !== undefined && compareBytes(last, bytes) >= 0)
      throw new DerError(`${what}: expected a set in the order of its encodings`);
    last = bytes;
  } while (!set.atEnd);
}

/** GeneralNames. @throws {DerError} */
export function checkGeneralNames(value: DerReader, what: string): void {
  const names = value.enter(SEQUENCE, what);
  do checkGeneralName(names, what);
  while (!names.atEnd);
}

function checkGeneralName(names: DerReader, what: string): void {
  const { tag = 0 } = names;
  if (OTHERS.includes(tag)) {
    names.skipOne(what);
    return;
  }
  const content = names.readAny(what);
  if (tag === IP_ADDRESS) {
    if (!IP_ADDRESS_BYTES.includes(content.length))
      throw new DerError(`${what}: expected an address of 4 or 16 bytes, got ${content.length}`);
  } else if (TEXTS.includes(tag)) {
    if (content.length === 0 || content.some((byte) => byte === 0 || byte >= 0x80))
      throw new DerError(`${what}: expected a name in ASCII`);
  } else if (tag === DIRECTORY_NAME) {
    const inside = new DerReader(content, what);
    readName(inside, what);
    inside.finish();
  } else throw new DerError(`${what}: expected a GeneralName, got tag ${tag}`);
}
