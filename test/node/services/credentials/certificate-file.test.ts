import assert from "node:assert/strict";
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readOwnCredential, readPeerCredential } from "../../../../services/credentials/credential-file.js";
import { FileCredentials } from "../../../../services/credentials/file-credentials.js";
import { SecretFileError } from "../../../../hosts/node/files/rights.js";
import { UnknownCredentialError } from "../../../../src/security/edhoc/errors.js";
import { IdCredential } from "../../../../src/security/edhoc/codec/id-credential.js";
import { withFolder } from "../../cli/temporary-folder.js";
import { AUTHORITY, TestAuthority, pemOf, type Issued } from "./x509/authority.js";

/** Runs `use` with a function that makes files of their owner alone. */
function withFiles(use: (file: (name: string, content: string) => string) => void): Promise<void> {
  return withFolder((folder) => {
    use((name, content) => {
      writeFileSync(join(folder, name), content, { mode: 0o600 });
      return join(folder, name);
    });
    return Promise.resolve();
  });
}

describe("a file of certificates", () => {
  const authority = new TestAuthority();
  let root: Issued, leaf: Issued, signing: Issued, agreeing: Issued, rsa: Issued;

  before(function () {
    root = authority.issue("root", "P-256", AUTHORITY);
    leaf = authority.issue("leaf", "P-256", "keyUsage=keyAgreement", root);
    signing = authority.issue("signing", "Ed25519", "keyUsage=digitalSignature", root);
    agreeing = authority.issue("agreeing", "X25519", "keyUsage=keyAgreement", root);
    rsa = authority.issue("rsa", "RSA", "keyUsage=digitalSignature", root);
  });

  after(() => {
    authority.close();
  });

  it("RFC 9528 §3.5.3: with a private key is a credential that is sent by value, with its path", () =>
    withFiles((file) => {
      const own = readOwnCredential(file("a.pem", `${pemOf(leaf)}${root.certificate.toString()}`));
      assert.deepEqual(
        own.id.certificates,
        [leaf.certificate, root.certificate].map(({ raw }) => new Uint8Array(raw)),
      );
      assert.deepEqual([own.privateKey, own.use], [leaf.privateKey, "static-dh"]);
      for (const [issued, curve, use] of [
        [signing, "Ed25519", "signature"],
        [agreeing, "X25519", "static-dh"],
      ] as const) {
        const { use: found, curve: foundCurve, privateKey } = readOwnCredential(file(curve, pemOf(issued)));
        assert.deepEqual([found, foundCurve, privateKey], [use, curve, issued.privateKey]);
      }
    }));

  it("of an authority stands for whom it has certified, as far as they are accepted", () =>
    withFiles((file) => {
      const own = [file("own.pem", pemOf(signing))];
      const trusted = [file("root.pem", root.certificate.toString())];
      const id = IdCredential.ofCertificates([leaf.certificate.raw]);
      const { peers, suites, peerUses } = new FileCredentials(own, trusted);
      assert.deepEqual([suites, [...peerUses]], [[0, 1], ["signature"]]);
      assert.deepEqual(
        peers.find(id).map(({ name }) => name),
        ["CN=leaf"],
      );
      assert.throws(() => peers.find(IdCredential.ofKid(Uint8Array.of(1))), UnknownCredentialError);
      const choosy = new FileCredentials(own, trusted, () => false);
      assert.throws(() => choosy.peers.find(id), /a certificate that is trusted/u);
    }));

  it("of a peer stands for it alone, whoever else is accepted", () =>
    withFiles((file) => {
      const own = [file("own.pem", pemOf(signing))];
      const path = file("leaf.pem", leaf.certificate.toString());
      const { peers, peerUses } = new FileCredentials(own, [path], () => false);
      assert.deepEqual([...peerUses], ["static-dh"]);
      assert.equal(peers.find(IdCredential.ofCertificates([leaf.certificate.raw])).length, 1);
      assert.throws(
        () => peers.find(IdCredential.ofCertificates([signing.certificate.raw])),
        /a certificate that is trusted/u,
      );
      assert.equal(readPeerCredential(path).name, path);
      chmodSync(path, 0o620);
      assert.throws(() => new FileCredentials(own, [path]), /mend it with: chmod go-w/u);
    }));

  it("is refused, by name and without its secret, where no credential can be made of it", () =>
    withFiles((file) => {
      const key = pemOf(leaf).slice(leaf.certificate.toString().length);
      const cases = [
        [key, /expected certificates in PEM format$/u],
        [
          leaf.certificate.toString().replace(/\n[^-]/u, "\nA"),
          /expected certificates in PEM format: certificate: /u,
        ],
        [leaf.certificate.toString(), /expected a credential with its private key/u],
        [`${signing.certificate.toString()}${key}`, /expected a private key that belongs to the first/u],
        [`${leaf.certificate.toString()}${key.replace(/\n[^-]/u, "\n%")}`, /expected a private key in PEM/u],
        [rsa.certificate.toString(), /expected a key of P-256, Ed25519 or X25519, got another$/u],
      ] as const;
      for (const [content, reason] of cases)
        assert.throws(
          () => readOwnCredential(file("a.pem", content)),
          (error: unknown) =>
            error instanceof SecretFileError &&
            reason.test(error.message) &&
            error.message.includes("a.pem: ") &&
            !error.message.includes(key.slice(40, 60)),
        );
      const own = [file("own.pem", pemOf(signing))];
      const peers = [file("rsa.pem", rsa.certificate.toString())];
      assert.throws(() => new FileCredentials(own, peers), /rsa\.pem: expected a key of P-256/u);
    }));
});
