import { fromHex, toHex } from "../../../../src/bytes/hex.js";
import { CborError } from "../../../../src/cbor/error.js";
import { parseDiagnostic } from "../../../../src/cbor/diagnostic-parser.js";
import { CoseError } from "../../../../src/cose/errors.js";
import { IdCredential } from "../../../../src/security/edhoc/codec/id-credential.js";
import { rawKeyCredential, type OwnCredential } from "../../../../src/security/edhoc/credential.js";
import type { KeyValueStorage } from "../../../../src/ports/key-value.js";
import {
  decodeOwnCredential,
  encodeOwnCredential,
} from "../../../../src/applications/provisioning/own-credential-record.js";
import { KEYS_DOMAIN } from "../../../../src/applications/provisioning/stored-contexts.js";
import {
  CREDENTIAL_KEY,
  MAX_STORED_PEERS,
  openStoredCredentials,
  peerTable,
  type StoredCredentials,
} from "../../../../src/applications/provisioning/stored-credentials.js";
import { SeededRandom, World, assert, describe, hostCrypto, it } from "../../../portable.js";
import { makeCredential } from "../../security/edhoc/suites/parties.js";

const KEY = `{1: 2, -1: 1, -2: h'${"01".repeat(32)}', -3: h'${"02".repeat(32)}'}`;

function credential(kid: number): OwnCredential {
  return makeCredential(hostCrypto(), new SeededRandom(kid), "P-256", "static-dh", kid);
}

/** A device's storage, and what its console shows when it starts. */
class Fixture {
  readonly #host = new World({ seed: 1 }).host("fd00::1");
  readonly lines = this.#host.lines;
  readonly keys: KeyValueStorage = this.#host.keyValue.open({ path: KEYS_DOMAIN });

  open(): StoredCredentials | undefined {
    return openStoredCredentials(this.#host);
  }
}

describe("a device's own credential as a value of storage", () => {
  it("RFC 9528 §3.5: has CRED_x, the private key and its use; is known by its kid, or by value where it has none", () => {
    const withKid = credential(7);
    assert.deepEqual(decodeOwnCredential(encodeOwnCredential(withKid)), withKid);
    const { bytes } = rawKeyCredential(parseDiagnostic(KEY));
    const record = `{"credential": h'${toHex(bytes)}',
      "privateKey": h'0304', "use": "signature"}`;
    const read = decodeOwnCredential(parseDiagnostic(record));
    assert.deepEqual(read.id, IdCredential.ofCcs(bytes));
    assert.deepEqual(read.privateKey, fromHex("0304"));
    assert.equal(read.use, "signature");
    assert.deepEqual(encodeOwnCredential(read), parseDiagnostic(record));
  });

  it("is none where a part is missing, is not known, or says something else", () => {
    const ccs = "h'a108a101a0'";
    for (const record of [
      `{"privateKey": h'01', "use": "static-dh"}`,
      `{"credential": ${ccs}, "use": "static-dh"}`,
      `{"credential": ${ccs}, "privateKey": h'01'}`,
      `{"credential": ${ccs}, "privateKey": h'01', "use": "both"}`,
      `{"credential": ${ccs}, "privateKey": h'01', "use": "static-dh", "suite": 0}`,
      `[]`,
    ])
      assert.throws(() => decodeOwnCredential(parseDiagnostic(record)), CborError);
    const withoutKey = parseDiagnostic(
      `{"credential": h'a10263616263', "privateKey": h'01', "use": "static-dh"}`,
    );
    assert.throws(() => decodeOwnCredential(withoutKey), CoseError);
  });
});

describe("credentials that a device was given", () => {
  it("are its own, and those of its peers by the keys of their rows", () => {
    const device = new Fixture();
    assert.equal(device.open(), undefined);
    const [own, peer] = [credential(1), credential(2)] as const;
    device.keys.write(CREDENTIAL_KEY, encodeOwnCredential(own));
    assert.deepEqual(device.open(), { own, peers: [] });
    peerTable(device.keys).set(3, peer.bytes);
    const { bytes, curve, publicKey, kid } = peer;
    assert.deepEqual(device.open()!.peers, [{ bytes, curve, publicKey, kid, name: "peer.3" }]);
    assert.deepEqual(device.lines, []);
  });

  it("what cannot be used is left out, and said without what is in it", () => {
    const device = new Fixture();
    peerTable(device.keys).add(Uint8Array.of(0xa1));
    peerTable(device.keys).add(credential(2).bytes);
    device.keys.write(CREDENTIAL_KEY, Uint8Array.of(0xa1));
    assert.equal(device.open(), undefined);
    device.keys.write(CREDENTIAL_KEY, encodeOwnCredential(credential(1)));
    assert.deepEqual(
      device.open()!.peers.map(({ name }) => name),
      ["peer.1"],
    );
    assert.equal(device.lines.length, 2);
    assert.ok(device.lines[0]!.startsWith("keys: the credential cannot be used: CborError: "));
    assert.ok(device.lines[1]!.startsWith("keys: peer.0 cannot be used: CborError: "));
  });

  it("MAX_STORED_PEERS: there are that many, and not one more", () => {
    const table = peerTable(new Fixture().keys);
    assert.equal(table.keyOf(MAX_STORED_PEERS - 1), `peer.${MAX_STORED_PEERS - 1}`);
    assert.throws(() => table.keyOf(MAX_STORED_PEERS), RangeError);
  });
});
