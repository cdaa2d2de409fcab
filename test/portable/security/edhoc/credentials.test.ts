import { concatBytes } from "../../../../src/bytes/concat.js";
import { fromHex } from "../../../../src/bytes/hex.js";
import { CborError } from "../../../../src/cbor/error.js";
import { CborReader } from "../../../../src/cbor/reader.js";
import { CborWriter } from "../../../../src/cbor/writer.js";
import { SHA_256 } from "../../../../src/cose/algorithms.js";
import { CoseError } from "../../../../src/cose/errors.js";
import {
  KnownCredentials,
  SHA_256_64,
  ccsCredential,
  certificateCredential,
  cwtCredential,
  rawKeyCredential,
} from "../../../../src/security/edhoc/credential.js";
import { EdhocProcessingError, UnknownCredentialError } from "../../../../src/security/edhoc/errors.js";
import { IdCredential, MAX_CHAIN_CERTIFICATES } from "../../../../src/security/edhoc/codec/id-credential.js";
import { assert, describe, hostCrypto, it } from "../../../portable.js";
import { Parties } from "./suites/parties.js";
import { Trace } from "./suites/trace.js";

const CERTIFICATE = fromHex("30030201");
const OTHER = fromHex("30030202");

function compact(id: IdCredential): Uint8Array {
  const writer = new CborWriter();
  id.writeCompact(writer);
  return writer.bytes;
}

function read(hex: string): IdCredential {
  return IdCredential.readCompact(new CborReader(fromHex(hex)));
}

describe("EDHOC credentials", () => {
  it("RFC 9528 §3.5.3.2: a key identifier goes without a map, and as an integer where it looks like one", () => {
    for (const [kid, encoded] of [
      ["ff", "41ff"],
      ["21", "21"],
      ["0d", "0d"],
      ["18", "4118"],
      ["38", "4138"],
      ["abcd", "42abcd"],
      ["", "40"],
    ] as const) {
      const id = IdCredential.ofKid(fromHex(kid));
      assert.deepEqual(compact(id), fromHex(encoded));
      assert.deepEqual(read(encoded).kid, fromHex(kid));
      assert.deepEqual(read(encoded).bytes, id.bytes);
    }
  });

  it("RFC 9528 §3.5.3.2: a map around a lone key identifier is refused, one around more is not", () => {
    assert.throws(() => read("a10441ff"), CborError, "without a map");
    const id = read("a20441ff0a4101");
    assert.deepEqual(id.kid, fromHex("ff"));
    assert.deepEqual(compact(id), fromHex("a20441ff0a4101"));
  });

  it("RFC 9528 §3.5.3: identifiers that are malformed are refused", () => {
    for (const hex of ["a0", "a104f5", "1818", "f5", "a1182141", "a118228101", "a118228200f5", "a118218100"])
      assert.throws(() => read(hex), CborError);
    assert.throws(() => read("a2044101044102"), CborError, "once");
  });

  it("RFC 9360 §2: a chain has two to MAX_CHAIN_CERTIFICATES, a single certificate is no array", () => {
    const chain = (count: number): IdCredential =>
      IdCredential.ofCertificates(Array.from({ length: count }, () => CERTIFICATE));
    assert.deepEqual(chain(1).bytes, fromHex("a1182144" + "30030201"));
    assert.equal(chain(MAX_CHAIN_CERTIFICATES).certificates?.length, MAX_CHAIN_CERTIFICATES);
    assert.throws(() => chain(MAX_CHAIN_CERTIFICATES + 1), CborError, "MAX_CHAIN_CERTIFICATES");
  });

  it("RFC 9528 §3.5.2: a claims set is taken as it is, with the key and its identifier", () => {
    const trace = new Trace("trace_2");
    const bytes = trace.get("message_2", "CRED_R");
    const { curve, publicKey, kid } = ccsCredential(bytes);
    assert.equal(curve, "P-256");
    const x = trace.get("message_2", "Responder's public authentication key 'x' coordinate");
    const y = trace.get("message_2", "Responder's public authentication key 'y' coordinate");
    assert.deepEqual(publicKey, concatBytes([Uint8Array.of(4), x, y]));
    assert.deepEqual(kid, fromHex("32"));
  });

  it("RFC 9528 §3.5.2: a raw key is dressed as a claims set", () => {
    const key = `a301012004215820${"09".repeat(32)}`;
    const credential = rawKeyCredential(fromHex(key));
    assert.deepEqual(credential.bytes, fromHex(`a108a101${key}`));
    assert.equal(credential.curve, "X25519");
    for (const hex of ["a0", "a108a0", "a102626869"])
      assert.throws(() => ccsCredential(fromHex(hex)), CoseError, "cnf");
  });

  it("RFC 9528 §3.5.2: a CWT counts without its tags, wherever it comes from", () => {
    const claims = new Trace("trace_2").get("message_2", "CRED_R");
    const token = concatBytes([fromHex("84404058"), Uint8Array.of(claims.length), claims, fromHex("4101")]);
    const credential = cwtCredential(concatBytes([fromHex("d83dd2"), token]), claims);
    assert.deepEqual(credential.bytes, token);
    assert.deepEqual(credential.publicKey, ccsCredential(claims).publicKey);
    const known = new KnownCredentials(hostCrypto(), [credential]);
    for (const tags of ["", "d2", "d83dd2"]) {
      const id = IdCredential.ofCwt(concatBytes([fromHex(tags), token]));
      assert.deepEqual(id.bytes.slice(0, 2), fromHex("a10d"));
      assert.deepEqual(known.find(id), [credential]);
    }
    assert.throws(() => known.find(IdCredential.ofCwt(fromHex("8440a0404101"))), UnknownCredentialError);
    assert.throws(() => cwtCredential(concatBytes([token, fromHex("00")]), claims), CborError);
    assert.throws(() => cwtCredential(token, fromHex("a0")), CoseError, "cnf");
  });

  it("RFC 9528 §3.5.3: known credentials are found by identifier, value and hash", () => {
    const parties = new Parties(hostCrypto());
    const [key] = parties.responders;
    const certificate = certificateCredential(CERTIFICATE, "P-256", new Uint8Array(65));
    const known = new KnownCredentials(hostCrypto(), [key!, certificate]);
    const digest = hostCrypto().hash("SHA-256", CERTIFICATE);
    assert.deepEqual(known.find(IdCredential.ofKid(fromHex("20"))), [key]);
    assert.deepEqual(known.find(IdCredential.ofCcs(key!.bytes)), [key]);
    for (const id of [
      IdCredential.ofCertificateHash({ algorithm: SHA_256, value: digest }),
      IdCredential.ofCertificateHash({ algorithm: SHA_256_64, value: digest.slice(0, 8) }),
      IdCredential.ofCertificates([CERTIFICATE]),
      IdCredential.ofCertificates([CERTIFICATE, OTHER]),
    ])
      assert.deepEqual(known.find(id), [certificate]);
  });

  it("RFC 9528 §6.4: what is not known, certificates by value included, is answered with error 3", () => {
    const parties = new Parties(hostCrypto());
    const known = parties.know(parties.responders);
    const digest = hostCrypto().hash("SHA-256", OTHER);
    for (const id of [
      IdCredential.ofKid(fromHex("ffff")),
      IdCredential.ofCcs(parties.initiators[0]!.bytes),
      IdCredential.ofCertificateHash({ algorithm: SHA_256, value: digest }),
      IdCredential.ofCertificateHash({ algorithm: "SHA-3", value: digest }),
      IdCredential.ofCertificates([OTHER]),
      IdCredential.ofCertificates([OTHER, CERTIFICATE]),
    ])
      assert.throws(() => known.find(id), UnknownCredentialError);
  });

  it("RFC 9528 §6.4: a type of identifier that is not supported is answered with error 1", () => {
    const parties = new Parties(hostCrypto());
    const id = new IdCredential(fromHex("a118236161"));
    const error = assert.throws(
      () => parties.know(parties.responders).find(id),
      EdhocProcessingError,
      "credential identifier type not supported",
    );
    assert.equal(error.reply?.[0], 1);
  });

  it("RFC 9528 §3.5.3: a session with claims sets by value", () => {
    const parties = new Parties(hostCrypto());
    const byValue = parties.initiators.map((own) => ({ ...own, id: IdCredential.ofCcs(own.bytes) }));
    const [initiator, responder] = [parties.initiator(3, { credentials: byValue }), parties.responder()];
    const { message3 } = initiator.processMessage2(responder.processMessage1(initiator.composeMessage1()));
    assert.deepEqual(responder.processMessage3(message3).session.peer.bytes, parties.initiators[3]!.bytes);
  });
});
