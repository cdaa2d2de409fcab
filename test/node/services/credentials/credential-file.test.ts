import assert from "node:assert/strict";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import {
  createCredentialFiles,
  readOwnCredential,
  readPeerCredential,
} from "../../../../services/credentials/credential-file.js";
import { SecretFileError } from "../../../../hosts/node/files/rights.js";
import { fromHex, toHex } from "../../../../src/bytes/hex.js";
import { CborReader } from "../../../../src/cbor/reader.js";
import { readKey } from "../../../../src/cose/key.js";
import { withFolder } from "../../cli/temporary-folder.js";
import { Trace } from "../../../portable/security/edhoc/suites/trace.js";

const TRACE = new Trace("trace_2");
const CRED_R = TRACE.get("message_2", "CRED_R");
/** Its key is behind `{2: "example.edu", 8: {1:`. */
const KEY_OFFSET = 17;
const { kid, x, y } = readKey(new CborReader(CRED_R.subarray(KEY_OFFSET)));
const COSE_KEY = {
  kty: "EC2",
  kid: toHex(kid!),
  crv: "P-256",
  x: toHex(x!),
  y: toHex(y as Uint8Array),
  d: toHex(TRACE.get("message_2", "SK_R")),
};
/** The Responder of RFC 9529 §3. */
const RESPONDER = { use: "static-dh", sub: "example.edu", cnf: { COSE_Key: COSE_KEY } };
const { d: _, ...PUBLIC_KEY } = COSE_KEY;
const PUBLIC = { ...RESPONDER, cnf: { COSE_Key: PUBLIC_KEY } };

/** What `read` makes of a file with `content`. */
function reading<T>(
  read: (path: string) => T,
  content: object | string | Uint8Array,
  mode = 0o600,
): Promise<T> {
  return withFolder((folder) => {
    const path = join(folder, "a.json");
    const isRaw = typeof content === "string" || content instanceof Uint8Array;
    writeFileSync(path, isRaw ? content : JSON.stringify(content));
    chmodSync(path, mode);
    return Promise.resolve().then(() => read(path));
  });
}

async function refused(
  read: (path: string) => unknown,
  content: object | string,
  reason: RegExp,
): Promise<void> {
  await assert.rejects(reading(read, content), (error: unknown) => {
    assert.ok(error instanceof SecretFileError);
    assert.match(error.message, reason);
    assert.ok(!error.message.includes(COSE_KEY.d));
    return true;
  });
}

describe("a file of a credential", () => {
  it("RFC 9529 §3.2: is the claims set of the trace, byte for byte, of which the kid is sent", async () => {
    const own = await reading(readOwnCredential, RESPONDER);
    assert.deepEqual(own.bytes, CRED_R);
    assert.deepEqual(own.id.bytes, TRACE.get("message_2", "ID_CRED_R"));
    assert.deepEqual(own.privateKey, fromHex(COSE_KEY.d));
    assert.deepEqual([own.use, own.curve, own.subject], ["static-dh", "P-256", "example.edu"]);
    const peer = await reading(readPeerCredential, PUBLIC, 0o644);
    assert.deepEqual([peer.bytes, peer.publicKey], [CRED_R, own.publicKey]);
    assert.match(peer.name!, /a\.json$/u);
  });

  it("RFC 9528 §3.5.3: without a key identifier the claims set itself is sent", async () => {
    const { kid: _kid, ...key } = COSE_KEY;
    const own = await reading(readOwnCredential, { ...RESPONDER, cnf: { COSE_Key: key } });
    assert.deepEqual(own.id.ccs, own.bytes);
  });

  it("RFC 9528 §3.5.2: of a peer may be a claims set in CBOR or its notation, as other makes have it", async () => {
    const notation = `{2: "example.edu", 8: {1: {1: 2, 2: h'32', -1: 1, -2: h'${COSE_KEY.x}', -3: h'${COSE_KEY.y}'}}}`;
    for (const content of [CRED_R, notation, `{14: ${notation}}`]) {
      const { bytes, use, subject } = await reading(readPeerCredential, content, 0o644);
      assert.deepEqual([bytes, use, subject], [CRED_R, "static-dh", "example.edu"]);
    }
  });

  it("is refused, by name and without its secret, where no credential can be made of it", async () => {
    const withKey = (changes: object): object => ({
      ...RESPONDER,
      cnf: { COSE_Key: { ...COSE_KEY, ...changes } },
    });
    const cases: readonly (readonly [content: object | string, reason: RegExp])[] = [
      [COSE_KEY.d, /expected JSON/u],
      [{ ...RESPONDER, iss: "" }, /expected fields of use, sub, cnf, got "iss"$/u],
      [{ ...RESPONDER, sub: 1 }, /expected a text as "sub"/u],
      [{ ...RESPONDER, cnf: [] }, /expected an object as "cnf"/u],
      [{ ...RESPONDER, cnf: { jwk: {} } }, /expected fields of COSE_Key, got "jwk"/u],
      [{ ...RESPONDER, cnf: {} }, /expected an object as "COSE_Key"/u],
      [{ ...RESPONDER, use: "signing" }, /expected static-dh or signature as "use" of P-256/u],
      [withKey({ crv: "P-384" }), /expected one of P-256, X25519, Ed25519 as "crv"/u],
      [withKey({ kty: "OKP" }), /expected EC2 as "kty" of P-256/u],
      [withKey({ k: "00" }), /expected fields of kty, .*, got "k"$/u],
      [withKey({ x: "00" }), /expected 32 bytes \(x\)/u],
      [withKey({ y: undefined }), /expected 32 bytes \(y\)/u],
      [withKey({ kid: 5 }), /expected bytes in hexadecimal as "kid"/u],
      [withKey({ d: `${COSE_KEY.d}00` }), /expected 32 bytes \(d\)/u],
      [withKey({ d: "00".repeat(32) }), /a private key \("d"\) that belongs to the public one/u],
      [withKey({ d: `${COSE_KEY.d.slice(0, -2)}00` }), /a private key \("d"\) that belongs/u],
      [PUBLIC, /expected a credential with its private key, got what is public of one/u],
    ];
    for (const [content, reason] of cases) await refused(readOwnCredential, content, reason);
    await refused(readPeerCredential, RESPONDER, /got one with its private key/u);
    for (const content of ["", "{1: 2}", `{14: h'${COSE_KEY.d}'}`, "a201"])
      await refused(readPeerCredential, content, /expected a credential: JSON with "cnf", a claims set/u);
  });

  it("is refused where others may read it, unless it is public, and where they may change it", async () => {
    for (const mode of [0o640, 0o604, 0o602]) {
      await assert.rejects(reading(readOwnCredential, RESPONDER, mode), /mend it with: chmod 600/u);
      await assert.rejects(reading(readPeerCredential, RESPONDER, mode), SecretFileError);
    }
    for (const mode of [0o600, 0o644])
      assert.equal((await reading(readPeerCredential, PUBLIC, mode)).curve, "P-256");
    for (const mode of [0o664, 0o646])
      await assert.rejects(reading(readPeerCredential, PUBLIC, mode), /mend it with: chmod go-w/u);
  });

  it("is refused where others may put another in its place: in its folder, or in that of a link to it", () =>
    withFolder((folder) => {
      const [there, here] = [join(folder, "there"), join(folder, "here")] as const;
      const name = (of: string): string => join(of, "phone");
      for (const path of [there, here]) mkdirSync(path);
      createCredentialFiles(name(there), `${name(there)}.pub`, {});
      for (const ending of ["", ".pub"]) symlinkSync(name(there) + ending, name(here) + ending);
      for (const open of [there, here]) {
        chmodSync(open, 0o777);
        const why = {
          name: SecretFileError.name,
          message: `${open}: expected a folder that nobody but its owner can write to; mend it with: chmod go-w ${open}`,
        };
        assert.throws(() => readOwnCredential(name(here)), why);
        assert.throws(() => readPeerCredential(`${name(here)}.pub`), why);
        chmodSync(open, 0o755);
      }
      const own = readOwnCredential(name(here));
      assert.deepEqual(readPeerCredential(`${name(here)}.pub`).bytes, own.bytes);
      return Promise.resolve();
    }));

  it("RFC 9528 §9.2: is made for one use, with random keys, for its owner and for everybody", () =>
    withFolder((folder) => {
      const paths = [join(folder, "phone.json"), join(folder, "phone.pub.json")] as const;
      for (const [curve, use, suiteKeys] of [
        ["P-256", undefined, "static-dh"],
        ["P-256", "signature", "signature"],
        ["X25519", undefined, "static-dh"],
        ["Ed25519", undefined, "signature"],
      ] as const) {
        const [path, publicPath] = paths.map((name) => `${name}.${curve}.${suiteKeys}`) as [string, string];
        const made = createCredentialFiles(path, publicPath, { curve, ...(use && { use }) });
        const own = readOwnCredential(path);
        const peer = readPeerCredential(publicPath);
        assert.deepEqual([own.use, own.curve, made.bytes], [suiteKeys, curve, own.bytes]);
        assert.deepEqual([peer.use, peer.bytes, peer.privateKey], [suiteKeys, own.bytes, undefined]);
        assert.equal(own.kid!.length, 1);
        assert.equal(statSync(path).mode & 0o777, 0o600);
        assert.ok(!readFileSync(publicPath, "utf8").includes(toHex(own.privateKey)));
      }
      const choice = { kid: fromHex("0a0b"), subject: "Türklinke" };
      const { kid: chosen, subject } = createCredentialFiles(paths[0], paths[1], choice);
      assert.deepEqual([chosen, subject], [choice.kid, choice.subject]);
      return Promise.resolve();
    }));

  it("overwrites nothing, and leaves nothing where it fails", () =>
    withFolder((folder) => {
      const [path, publicPath] = [join(folder, "a.json"), join(folder, "a.pub.json")];
      writeFileSync(publicPath, "");
      assert.throws(() => createCredentialFiles(path, publicPath, {}), /expected a new file/u);
      assert.ok(!existsSync(path));
      assert.throws(
        () => createCredentialFiles(path, publicPath, { curve: "X25519", use: "signature" }),
        /expected static-dh as "use" of X25519/u,
      );
      return Promise.resolve();
    }));
});
