import assert from "node:assert/strict";
import type { X509Certificate } from "node:crypto";

import { nodeCrypto } from "../../../../../hosts/node/crypto/node-crypto.js";
import { NodeRandom } from "../../../../../hosts/node/random.js";
import {
  X509Credentials,
  certificateToCredential,
} from "../../../../../services/credentials/x509/credentials.js";
import { IdCredential } from "../../../../../src/security/edhoc/codec/id-credential.js";
import {
  SHA_256_64,
  type CredentialSource,
  type OwnCredential,
} from "../../../../../src/security/edhoc/credential.js";
import { EdhocProcessingError, UnknownCredentialError } from "../../../../../src/security/edhoc/errors.js";
import { Initiator } from "../../../../../src/security/edhoc/initiator.js";
import { Responder } from "../../../../../src/security/edhoc/responder.js";
import { AUTHORITY, TestAuthority, type Issued } from "./authority.js";

const SIGNATURE = "keyUsage=critical,digitalSignature\nsubjectAltName=DNS:node.test";

function hashOf(certificate: X509Certificate): IdCredential {
  const value = nodeCrypto.hash("SHA-256", certificate.raw).slice(0, 8);
  return IdCredential.ofCertificateHash({ algorithm: SHA_256_64, value });
}

function chainOf(...path: readonly Issued[]): IdCredential {
  return IdCredential.ofCertificates(path.map(({ certificate }) => certificate.raw));
}

function own(
  { certificate, privateKey }: Issued,
  id: IdCredential,
  use: OwnCredential["use"],
): OwnCredential {
  return { ...certificateToCredential(certificate), id, privateKey, use };
}

/** Runs a session; both sides have the same peers to choose from. */
function run(
  method: number,
  suite: number,
  initiator: OwnCredential,
  responder: OwnCredential,
  peers: CredentialSource,
): void {
  const common = { crypto: nodeCrypto, random: new NodeRandom(), suites: [suite], peers };
  const ours = new Initiator({ ...common, method, connectionId: Uint8Array.of(1), credentials: [initiator] });
  const theirs = new Responder({
    ...common,
    chooseConnectionId: () => Uint8Array.of(2),
    credentials: [responder],
  });
  const { message3, session } = ours.processMessage2(theirs.processMessage1(ours.composeMessage1()));
  const completed = theirs.processMessage3(message3);
  assert.deepEqual(session.oscore().masterSecret, completed.session.oscore().masterSecret);
}

describe("X.509 certificates as credentials of EDHOC", () => {
  const authority = new TestAuthority();
  let root: Issued, middle: Issued, leaf: Issued, other: Issued, agreement: Issued;

  before(function () {
    root = authority.issue("root", "P-256", AUTHORITY);
    middle = authority.issue("middle", "P-256", AUTHORITY.replace("TRUE", "TRUE,pathlen:0"), root);
    leaf = authority.issue("leaf", "P-256", SIGNATURE, middle);
    other = authority.issue("other", "Ed25519", SIGNATURE, root);
    agreement = authority.issue("agreement", "X25519", "keyUsage=keyAgreement", root);
  });

  after(() => {
    authority.close();
  });

  function trusting(
    options: Partial<ConstructorParameters<typeof X509Credentials>[0]> = {},
  ): X509Credentials {
    return new X509Credentials({ anchors: [root.certificate.raw], ...options });
  }

  function refused(source: CredentialSource, id: IdCredential, reason: RegExp): void {
    assert.throws(
      () => source.find(id),
      (error: unknown) =>
        error instanceof EdhocProcessingError &&
        error.cause instanceof Error &&
        reason.test(error.cause.message),
    );
  }

  it("RFC 9528 §3.5.3: sessions with chains by value, signatures of P-256", () => {
    const id = chainOf(leaf, middle);
    const server = authority.issue("server", "P-256", SIGNATURE, root);
    run(0, 2, own(leaf, id, "signature"), own(server, chainOf(server), "signature"), trusting());
  });

  it("RFC 9528 §3.5.3: sessions with certificates by hash, Ed25519 and static X25519", () => {
    const peers = trusting({ known: [other.certificate.raw, agreement.certificate.toString()] });
    const [signing, agreeing] = [
      own(other, hashOf(other.certificate), "signature"),
      own(agreement, hashOf(agreement.certificate), "static-dh"),
    ];
    run(1, 0, signing, agreeing, peers);
    run(2, 0, agreeing, signing, peers);
  });

  it("RFC 9360 §2: a peer that sends no DER, or more, ends its session, in either role", () => {
    const good = own(other, chainOf(other), "signature");
    const pem = Buffer.from(other.certificate.toString());
    for (const bytes of [pem, Buffer.concat([other.certificate.raw, Buffer.of(0)]), Buffer.alloc(0)]) {
      const bad = { ...good, id: IdCredential.ofCertificates([bytes]) };
      const certified = own(agreement, chainOf(agreement), "static-dh");
      assert.throws(() => run(1, 0, bad, certified, trusting()), EdhocProcessingError);
      assert.throws(() => run(2, 0, certified, bad, trusting()), EdhocProcessingError);
    }
  });

  it("RFC 5280 §6.1: a path leads over authorities to one that is trusted", () => {
    assert.equal(trusting().find(chainOf(leaf, middle)).length, 1);
    const known = [leaf.certificate.raw, middle.certificate.raw];
    assert.equal(trusting({ known }).find(hashOf(leaf.certificate)).length, 1);
    assert.equal(trusting({ anchors: [leaf.certificate.raw] }).find(chainOf(leaf)).length, 1);
    refused(trusting(), chainOf(leaf), /a path to an authority/u);
    refused(trusting(), chainOf(leaf, other), /issued by/u);
    refused(trusting({ known: [leaf.certificate.raw] }), hashOf(leaf.certificate), /a path to an authority/u);
  });

  it("RFC 5280 §6.1.3: a certificate counts from its first second to its last", () => {
    const { validFrom, validTo } = other.certificate;
    for (const [moment, offsetMs, isGood] of [
      [validFrom, -1000, false],
      [validFrom, 0, true],
      [validTo, 0, true],
      [validTo, 1000, false],
    ] as const) {
      const now = (): Date => new Date(Date.parse(moment) + offsetMs);
      const anchors = [root.certificate.raw, other.certificate.raw];
      if (isGood) assert.equal(trusting({ now, anchors }).find(chainOf(other)).length, 1);
      else refused(trusting({ now, anchors }), chainOf(other), /for now/u);
    }
  });

  it("RFC 5280 §4.2.1.9: who is no authority issues nothing", () => {
    const impostor = authority.issue("impostor", "P-256", SIGNATURE, leaf);
    refused(trusting(), chainOf(impostor, leaf, middle), /an authority|issued by/u);
    const careless = authority.issue("careless", "P-256", "basicConstraints=CA:FALSE", root);
    const below = authority.issue("below", "P-256", SIGNATURE, careless);
    refused(trusting(), chainOf(below, careless), /an authority|issued by/u);
  });

  it("RFC 5280 §4.2.1.9: pathLenConstraint counts the authorities below", () => {
    const second = authority.issue("second", "P-256", AUTHORITY, middle);
    const deep = authority.issue("deep", "P-256", SIGNATURE, second);
    refused(trusting(), chainOf(deep, second, middle), /at most 0 authorities/u);
  });

  it("RFC 5280 §4.2: a critical extension that is not known", () => {
    const strange = authority.issue("strange", "P-256", "1.2.3.4=critical,ASN1:UTF8String:x", root);
    refused(trusting(), chainOf(strange), /critical extensions/u);
    const harmless = authority.issue("harmless", "P-256", "1.2.3.4=ASN1:UTF8String:x", root);
    assert.equal(trusting().find(chainOf(harmless)).length, 1);
  });

  it("RFC 5280 §4.2.1.3: keys that are for something else, or of no cipher suite", () => {
    const sealing = authority.issue("sealing", "P-256", "keyUsage=cRLSign", root);
    refused(trusting(), chainOf(sealing), /signatures or key agreement/u);
    const rsa = authority.issue("rsa", "RSA", SIGNATURE, root);
    refused(trusting(), chainOf(rsa), /P-256, Ed25519 or X25519/u);
  });

  it("RFC 9528 §D.2: the application decides who may connect", () => {
    const accept = ({ subject }: X509Certificate): boolean => subject === "CN=other";
    assert.equal(trusting({ accept }).find(chainOf(other)).length, 1);
    refused(trusting({ accept }), chainOf(agreement), /may connect/u);
  });

  it("RFC 9528 §6.4: a hash of a certificate that is not there is answered with error 3", () => {
    assert.throws(() => trusting().find(hashOf(other.certificate)), UnknownCredentialError);
    assert.throws(() => trusting().find(IdCredential.ofKid(Uint8Array.of(1))), UnknownCredentialError);
  });

  it("bytes that are no certificate", () => {
    for (const bytes of [
      Buffer.alloc(0),
      Buffer.from("3003020100", "hex"),
      other.certificate.raw.subarray(0, 100),
    ])
      refused(trusting(), IdCredential.ofCertificates([bytes]), /./u);
  });
});
