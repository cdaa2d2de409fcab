import assert from "node:assert/strict";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createContextFiles } from "../../../../services/credentials/context-file.js";
import { createCredentialFiles } from "../../../../services/credentials/credential-file.js";
import { giveKeys, type GivenKeys } from "../../../../services/credentials/device-keys.js";
import { FileContexts } from "../../../../services/credentials/file-contexts.js";
import { SecretFileError } from "../../../../hosts/node/files/rights.js";
import { nodePlatform } from "../../../../hosts/node/platform.js";
import { openBoardFlash } from "../../../../hosts/node/devices/qemu/flash-file.js";
import { FileFlash } from "../../../../hosts/node/storage/file-flash.js";
import { CborReader } from "../../../../src/cbor/reader.js";
import { readClaims } from "../../../../src/cose/claims.js";
import type { Curve } from "../../../../src/ports/crypto.js";
import type { Flash } from "../../../../src/ports/flash.js";
import type { CryptoPlatform } from "../../../../src/ports/platform.js";
import {
  MAX_STORED_CONTEXTS,
  openStoredContexts,
} from "../../../../src/applications/provisioning/stored-contexts.js";
import {
  MAX_STORED_PEERS,
  openStoredCredentials,
} from "../../../../src/applications/provisioning/stored-credentials.js";
import { DAMAGE_STEPS } from "../../../../src/storage/counter.js";
import { FlashKeyValue } from "../../../../src/storage/flash/key-value.js";
import { StorageFullError } from "../../../../src/storage/limits.js";
import { NorFlash, SeededRandom } from "../../../../simulators/index.js";
import { TestAuthority, pemOf } from "./x509/authority.js";
import { withFolder } from "../../cli/temporary-folder.js";

/** Files of contexts for devices, and their flash memories. */
class Fixture {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  path(name: string): string {
    return join(this.#folder, name);
  }

  /** @returns the path of the device's side */
  newContext(name: string): string {
    createContextFiles(this.path(`${name}-peer`), this.path(name), {});
    return this.path(name);
  }

  give(flash: string, ...paths: readonly string[]): void {
    this.giveKeys({ contexts: paths }, flash);
  }

  giveKeys(keys: GivenKeys, flash = "flash"): void {
    const memory = new FileFlash({ path: this.path(flash) });
    try {
      giveKeys(memory, keys);
    } finally {
      memory.close();
    }
  }

  /** Sequence numbers that the device takes of its contexts when it runs. */
  run(flash: string): number[] {
    return this.withPlatform(flash, (platform) => {
      const contexts = openStoredContexts(platform);
      const named = Array.from({ length: MAX_STORED_CONTEXTS }, (_, row) => contexts.get(`context.${row}`));
      return named.flatMap((context) => context?.security.nextPartialIv() ?? []);
    });
  }

  /** What a device finds when it runs. */
  withPlatform<T>(flash: string, use: (platform: CryptoPlatform) => T): T {
    const platform = nodePlatform({ flash: this.path(flash) });
    try {
      return use(platform);
    } finally {
      platform.close();
    }
  }
}

async function withFixture(use: (fixture: Fixture) => void): Promise<void> {
  await withFolder((folder) => {
    use(new Fixture(folder));
    return Promise.resolve();
  });
}

/** Larger than what is given, so that nothing is copied. */
const MEMORY = { blocks: 2, blockLength: 4096, size: 8192, writeAlign: 4 };

/** A sequence number that a device with this memory takes of its first context. */
function numberOf(flash: Flash): number | undefined {
  const platform = {
    ...nodePlatform(),
    keyValue: new FlashKeyValue(flash),
    console: { log: () => undefined },
  };
  return openStoredContexts(platform).get("context.0")?.security.nextPartialIv();
}

function refused(path: string, why: string): { name: string; message: string } {
  return { name: SecretFileError.name, message: `${path}: expected a security context ${why}` };
}

describe("giving a device its security contexts", () => {
  it("it has those of the files, and no others", () =>
    withFixture((fixture) => {
      const [one, two] = [fixture.newContext("one"), fixture.newContext("two")] as const;
      assert.deepEqual(fixture.run("flash"), []);
      fixture.give("flash", one, two);
      assert.deepEqual(fixture.run("flash"), [0, 0]);
      fixture.give("flash", two);
      assert.deepEqual(fixture.run("flash"), [64]);
      fixture.give("flash");
      assert.deepEqual(fixture.run("flash"), []);
    }));

  it("RFC 8613 §7.5: a context that comes again goes on where it was", () =>
    withFixture((fixture) => {
      const [one, two] = [fixture.newContext("one"), fixture.newContext("two")] as const;
      fixture.give("flash", one);
      assert.deepEqual(fixture.run("flash"), [0]);
      fixture.give("flash", two);
      fixture.give("flash", two, one);
      assert.deepEqual(fixture.run("flash"), [0, 64]);
    }));

  it("writes nothing where the device has it all", () =>
    withFixture((fixture) => {
      const one = fixture.newContext("one");
      fixture.give("flash", one);
      const memory = new FileFlash({ path: fixture.path("flash") });
      const used = (): number => new FlashKeyValue(memory).status.usedBytes;
      const before = used();
      giveKeys(memory, { contexts: [one] });
      assert.equal(used(), before);
      memory.close();
    }));

  it("RFC 8613 §7.5: any record may be damaged: the keys before do not come back, no number is given again", () =>
    withFixture((fixture) => {
      const [one, two] = [fixture.newContext("one"), fixture.newContext("two")] as const;
      const { size, blockLength } = MEMORY;
      const given = new Uint8Array(size);
      const flash = new NorFlash({ ...MEMORY, random: new SeededRandom(1) });
      giveKeys(flash, { contexts: [one] });
      assert.deepEqual(numberOf(flash), 0);
      giveKeys(flash, { contexts: [two] });
      flash.read(given, 0);
      for (let at = 0; at < blockLength; at += 3) {
        const damaged = new NorFlash({ ...MEMORY, random: new SeededRandom(1) });
        damaged.write(given, 0);
        damaged.corrupt(at, 1 << (at % 8));
        // Of the context that was given last, from its beginning or behind what may be lost.
        const number = numberOf(damaged);
        assert.ok(number === 0 || number === 64 * DAMAGE_STEPS, `byte ${at}: ${number}`);
        if (at % 64 !== 0) continue;
        giveKeys(damaged, { contexts: [one] });
        assert.ok((numberOf(damaged) ?? 0) >= 64, `byte ${at}`);
      }
    }));

  it("RFC 8613 §7.5: a context whose numbers are lost is refused, and the device says what to do", () =>
    withFixture((fixture) => {
      fixture.give("flash", fixture.newContext("one"));
      const memory = new FileFlash({ path: fixture.path("flash") });
      const keyValue = new FlashKeyValue(memory);
      const states = keyValue.open({ path: "oscore" });
      for (const key of keyValue.keys("oscore")) states.delete(key);
      keyValue.commit([{ domain: "a", key: "last", value: new Uint8Array(1) }]);
      // Damage anywhere.
      const file = readFileSync(fixture.path("flash"));
      file[62]! ^= 1;
      writeFileSync(fixture.path("flash"), file);
      const lines: string[] = [];
      const contexts = openStoredContexts({
        ...nodePlatform(),
        keyValue: new FlashKeyValue(memory),
        console: { log: (line) => void lines.push(line) },
      });
      assert.equal(contexts.size, 0);
      assert.match(
        lines.join(),
        /^keys: context\.0 cannot be used: SecurityContextLostError: .* lost, both sides need new keys: /u,
      );
      memory.close();
    }));

  it("RFC 8613 §7.2: nobody else counts on: neither a program with the file, nor another device", () =>
    withFixture((fixture) => {
      const one = fixture.newContext("one");
      fixture.give("flash", one);
      const copy = fixture.path("copy");
      copyFileSync(one, copy);
      for (const path of [one, copy]) {
        assert.throws(
          () => new FileContexts([path]),
          refused(path, "of this machine, got one that a device was given"),
        );
        const why = "that is new, got one that another device was given";
        assert.throws(() => fixture.give("other", path), refused(path, why));
      }
      assert.deepEqual(fixture.run("other"), []);
      // The device that has it is given it again.
      fixture.give("flash", copy);
    }));

  it("refuses what was used on this machine, or is in use", () =>
    withFixture((fixture) => {
      const one = fixture.newContext("one");
      const files = new FileContexts([one]);
      files.contexts.get(one)!.security.nextPartialIv();
      assert.throws(() => fixture.give("flash", one), /that no other program uses/u);
      files.close();
      const why = "that is new, got one that was used on this machine";
      assert.throws(() => fixture.give("flash", one), refused(one, why));
      assert.deepEqual(fixture.run("flash"), []);
    }));

  it("refuses what a device could not have together, one more than it has places for, and no context", () =>
    withFixture((fixture) => {
      const one = fixture.newContext("one");
      assert.throws(() => fixture.give("flash", one, one), SecretFileError);
      const paths = Array.from({ length: MAX_STORED_CONTEXTS + 1 }, (_, index) =>
        fixture.newContext(`${index}`),
      );
      assert.throws(() => fixture.give("flash", ...paths), /limit of 8 security contexts reached/u);
      writeFileSync(fixture.path("none"), "{}", { mode: 0o600 });
      assert.throws(() => fixture.give("flash", fixture.path("none")), SecretFileError);
      // Nothing of it has happened.
      fixture.give("flash", ...paths.slice(1));
      assert.deepEqual(fixture.run("flash"), new Array(MAX_STORED_CONTEXTS).fill(0));
    }));

  it("takes none where it cannot take all: those are not given then", () =>
    withFixture((fixture) => {
      const [one, two] = [fixture.newContext("one"), fixture.newContext("two")] as const;
      const files = new FileContexts([two]);
      files.contexts.get(two)!.security.nextPartialIv();
      assert.throws(() => fixture.give("flash", one, two), SecretFileError);
      files.close();
      assert.throws(() => fixture.give("flash", one, two), SecretFileError);
      // The memory has no room for them.
      const memory = new FileFlash({ path: fixture.path("full") });
      const store = new FlashKeyValue(memory).open({ path: "other" });
      for (const size of [512, 0])
        assert.throws(() => {
          for (let row = 0; ; row += 1) store.write(`${size}.${row}`, new Uint8Array(size));
        }, StorageFullError);
      assert.throws(() => giveKeys(memory, { contexts: [one] }), StorageFullError);
      memory.close();
      assert.deepEqual(fixture.run("full"), []);
      fixture.give("flash", one);
      assert.deepEqual(fixture.run("flash"), [0]);
    }));

  it("writes to what is a board's storage of its flash memory", () =>
    withFixture((fixture) => {
      const one = fixture.newContext("one");
      const give = (use: (flash: Flash) => void): void => {
        const flash = openBoardFlash(fixture.path("board"));
        use(flash);
        flash.close();
      };
      give((flash) => giveKeys(flash, { contexts: [one] }));
      give((flash) => {
        const keyValue = new FlashKeyValue(flash);
        assert.equal(openStoredContexts({ ...nodePlatform(), keyValue }).size, 1);
        assert.deepEqual(flash.status(), {
          size: 786_432,
          blocks: 3,
          blockLength: 262_144,
          writeAlign: 4,
          eraseValue: 0xff,
        });
      });
    }));
});

describe("giving a device its credential", () => {
  /** What the device has when it starts. */
  function stored(fixture: Fixture): readonly (string | undefined)[] {
    const credentials = fixture.withPlatform("flash", openStoredCredentials);
    if (credentials === undefined) return [];
    const { own, peers } = credentials;
    return [own, ...peers].map(({ bytes }) => readClaims(new CborReader(bytes)).subject);
  }

  /** @returns the paths of its own file and of the one for peers */
  function newCredential(fixture: Fixture, name: string, curve: Curve = "P-256"): readonly [string, string] {
    const paths = [fixture.path(name), fixture.path(`${name}.pub`)] as const;
    createCredentialFiles(...paths, { curve });
    return paths;
  }

  it("RFC 9528 §3.5: it has that of the file, and trusts those of its peers alone; what is not given stays", () =>
    withFixture((fixture) => {
      const [own] = newCredential(fixture, "own");
      const [[, one], [, two]] = [newCredential(fixture, "one"), newCredential(fixture, "two")];
      const context = fixture.newContext("context");
      fixture.giveKeys({ contexts: [context] });
      fixture.giveKeys({ credential: own, peers: [one, two] });
      assert.deepEqual(stored(fixture), ["own", "one", "two"]);
      fixture.giveKeys({ peers: [two] });
      assert.deepEqual(stored(fixture), ["own", "two"]);
      const [other] = newCredential(fixture, "other");
      fixture.giveKeys({ credential: other });
      assert.deepEqual(stored(fixture), ["other", "two"]);
      assert.deepEqual(fixture.run("flash"), [0]);
    }));

  it("RFC 9528 §3.5.2: refuses certificates, which devices cannot verify", () =>
    withFixture((fixture) => {
      const authority = new TestAuthority();
      try {
        const issued = authority.issue("leaf", "P-256", "keyUsage=digitalSignature");
        const path = fixture.path("leaf.pem");
        writeFileSync(path, pemOf(issued), { mode: 0o600 });
        const why = /leaf\.pem: expected a claims set, which devices take, got a certificate$/u;
        assert.throws(() => fixture.giveKeys({ credential: path }), why);
        writeFileSync(path, issued.certificate.toString());
        assert.throws(() => fixture.giveKeys({ peers: [path] }), why);
      } finally {
        authority.close();
      }
    }));

  it("refuses keys that a device's cipher suites have no use for, secrets of peers, and one peer too many", () =>
    withFixture((fixture) => {
      const [own, ownPublic] = newCredential(fixture, "own", "Ed25519");
      const why = /expected a key of P-256, of the cipher suites of devices, got one of Ed25519$/u;
      assert.throws(() => fixture.giveKeys({ credential: own }), why);
      assert.throws(() => fixture.giveKeys({ peers: [ownPublic] }), why);
      const [peer, peerPublic] = newCredential(fixture, "peer");
      assert.throws(() => fixture.giveKeys({ peers: [peer] }), SecretFileError);
      assert.throws(() => fixture.giveKeys({ credential: peerPublic }), SecretFileError);
      const peers = new Array<string>(MAX_STORED_PEERS + 1).fill(peerPublic);
      assert.throws(() => fixture.giveKeys({ peers }), /expected at most 8 files, got 9/u);
      fixture.giveKeys({ credential: peer, peers: peers.slice(1) });
      assert.equal(stored(fixture).length, 1 + MAX_STORED_PEERS);
    }));
});
