/** The examples of RFC 9052 appendix C and RFC 9338 appendix A, as bytes. */

import { equalBytes } from "../../../src/bytes/compare.js";
import { fromHex } from "../../../src/bytes/hex.js";
import { encodeUtf8 } from "../../../src/bytes/utf8.js";
import { parseDiagnostic } from "../../../src/cbor/diagnostic-parser.js";
import { CborReader } from "../../../src/cbor/reader.js";
import { ED25519, OKP, readKeySet, type CoseKey } from "../../../src/cose/key.js";
import { vectors } from "../vectors/cose-published.js";

const ED25519_PUBLIC = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
const ED25519_PRIVATE = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";

/** The payload of all of them. */
export const CONTENT = "This is the content.";

/** The bytes of the example of a section, such as "C.1.1" or "A.1.1". */
export function published(section: string): Uint8Array {
  return parseDiagnostic(vectors.vectors.find((example) => example.section === section)!.diagnostic);
}

/** The private key of RFC 9052 §C.7.2 with this key identifier. */
export function publishedKey(kid: string): CoseKey {
  const keys = readKeySet(new CborReader(published("C.7.2")));
  return keys.find((key) => key.kid !== undefined && equalBytes(key.kid, encodeUtf8(kid)))!;
}

/** The key of the countersignatures with Ed25519, which RFC 9338 names "11": that of the examples of EdDSA. */
export function ed25519Key(): CoseKey {
  return { kty: OKP, crv: ED25519, x: fromHex(ED25519_PUBLIC), d: fromHex(ED25519_PRIVATE) };
}
