/**
 * ID_CRED_x: header parameters of COSE that identify or carry a credential. RFC 9528 §3.5.3.
 *
 *   { 4: kid }            a key identifier; in plaintexts the identifier alone, without the map (§3.5.3.2)
 *   { 13: CWT }           a CWT, by value
 *   { 14: CCS }           a CWT claims set, by value
 *   { 33: certificates }  an X.509 certificate by value, or a chain that begins with it (RFC 9360 §2)
 *   { 34: [alg, hash] }   an X.509 certificate by its hash (RFC 9360 §2)
 */

import { CborError } from "../../../cbor/error.js";
import { BYTE_STRING, MAP, TAG } from "../../../cbor/major-type.js";
import { CborReader } from "../../../cbor/reader.js";
import { CborWriter } from "../../../cbor/writer.js";
import { KCCS, KCWT, KID, X5CHAIN, X5T } from "../../../cose/header-label.js";
import { readLabel, readLabelledMap, writeLabel, type Label } from "../../../cbor/label.js";
import { readIdentifier, writeIdentifier } from "./identifier.js";

/** Longest chain of certificates that is read. */
export const MAX_CHAIN_CERTIFICATES = 8;

/** COSE_CertHash: which hash, and its value. */
export interface CertificateHash {
  readonly algorithm: Label;
  readonly value: Uint8Array;
}

/** Made with the static functions, or read from a message. */
export class IdCredential {
  /** The map, as it is authenticated. */
  readonly bytes: Uint8Array;
  readonly kid: Uint8Array | undefined;
  /** The token, encoded, without tags. */
  readonly cwt: Uint8Array | undefined;
  /** The claims set, encoded. */
  readonly ccs: Uint8Array | undefined;
  readonly certificateHash: CertificateHash | undefined;
  /** DER; the first one is the end entity's. */
  readonly certificates: readonly Uint8Array[] | undefined;
  readonly #onlyKid: boolean;

  /** @param bytes a header_map @throws {CborError} @throws {CoseError} */
  constructor(bytes: Uint8Array) {
    const reader = new CborReader(bytes);
    let kid: Uint8Array | undefined;
    let cwt: Uint8Array | undefined;
    let ccs: Uint8Array | undefined;
    let certificateHash: CertificateHash | undefined;
    let certificates: readonly Uint8Array[] | undefined;
    let count = 0;
    readLabelledMap(reader, (label) => {
      count += 1;
      switch (label) {
        case KID:
          kid = reader.readBytes();
          break;
        case KCWT:
          cwt = readUntagged(reader);
          break;
        case KCCS:
          ccs = readItem(reader);
          break;
        case X5CHAIN:
          certificates = readCertificates(reader);
          break;
        case X5T:
          certificateHash = readCertificateHash(reader);
          break;
        default:
          reader.skip();
      }
    });
    reader.finish();
    if (count === 0) throw new CborError("expected a header parameter, got an empty map", 0);
    this.bytes = bytes;
    this.kid = kid;
    this.cwt = cwt;
    this.ccs = ccs;
    this.certificateHash = certificateHash;
    this.certificates = certificates;
    this.#onlyKid = count === 1 && kid !== undefined;
  }

  /** By key identifier. */
  static ofKid(kid: Uint8Array): IdCredential {
    return new IdCredential(header(KID).byteString(kid).bytes);
  }

  /** A CWT by value. @param cwt encoded */
  static ofCwt(cwt: Uint8Array): IdCredential {
    return new IdCredential(header(KCWT).encoded(cwt).bytes);
  }

  /** A claims set by value. @param ccs encoded */
  static ofCcs(ccs: Uint8Array): IdCredential {
    return new IdCredential(header(KCCS).encoded(ccs).bytes);
  }

  /** An X.509 certificate by its hash. */
  static ofCertificateHash({ algorithm, value }: CertificateHash): IdCredential {
    const writer = header(X5T).array(2);
    writeLabel(writer, algorithm);
    return new IdCredential(writer.byteString(value).bytes);
  }

  /** X.509 certificates by value. @param certificates DER, the end entity's first */
  static ofCertificates(certificates: readonly Uint8Array[]): IdCredential {
    const writer = header(X5CHAIN);
    if (certificates.length !== 1) writer.array(certificates.length);
    for (const certificate of certificates) writer.byteString(certificate);
    return new IdCredential(writer.bytes);
  }

  /** As it is in a plaintext. */
  writeCompact(writer: CborWriter): void {
    if (this.#onlyKid) writeIdentifier(writer, this.kid!);
    else writer.encoded(this.bytes);
  }

  /** Reads what {@link writeCompact} writes. @throws {CborError} @throws {CoseError} */
  static readCompact(reader: CborReader): IdCredential {
    const start = reader.offset;
    if (reader.peekMajorType() !== MAP) return IdCredential.ofKid(readIdentifier(reader));
    const id = new IdCredential(readItem(reader));
    if (id.#onlyKid) throw new CborError("expected a key identifier without a map around it", start);
    return id;
  }
}

function header(label: number): CborWriter {
  return new CborWriter().map(1).integer(label);
}

/** The next item as it is behind its tags. @throws {CborError} */
export function readUntagged(reader: CborReader): Uint8Array {
  while (reader.peekMajorType() === TAG) reader.readTag();
  return readItem(reader);
}

function readItem(reader: CborReader): Uint8Array {
  const start = reader.offset;
  reader.skip();
  return reader.since(start);
}

function readCertificateHash(reader: CborReader): CertificateHash {
  const start = reader.offset;
  if (reader.readArray() !== 2) throw new CborError("expected an algorithm and a hash in x5t", start);
  return { algorithm: readLabel(reader), value: reader.readBytes() };
}

function readCertificates(reader: CborReader): Uint8Array[] {
  if (reader.peekMajorType() === BYTE_STRING) return [reader.readBytes()];
  const start = reader.offset;
  const count = reader.readArray();
  if (count < 2 || count > MAX_CHAIN_CERTIFICATES)
    throw new CborError(
      `expected one certificate, or 2 to ${MAX_CHAIN_CERTIFICATES} (MAX_CHAIN_CERTIFICATES), got ${count}`,
      start,
    );
  return Array.from({ length: count }, () => reader.readBytes());
}
