import assert from "node:assert/strict";
import { chmodSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { nodeCrypto } from "../../../../hosts/node/crypto/node-crypto.js";
import {
  contextParameters,
  createContextFiles,
  readContextFile,
} from "../../../../services/credentials/context-file.js";
import { SecretFileError } from "../../../../hosts/node/files/rights.js";
import { fromHex, toHex } from "../../../../src/bytes/hex.js";
import { deriveKeys } from "../../../../src/security/oscore/context/derivation.js";
import { completeParameters } from "../../../../src/security/oscore/context/parameters.js";
import { stateKeyOf } from "../../../../src/security/oscore/contexts/state-key.js";
import { withFolder } from "../../cli/temporary-folder.js";

const MASTER_SECRET = "0102030405060708090a0b0c0d0e0f10";
/** The client of RFC 8613, Appendix C.1.1. */
const CLIENT = {
  masterSecret: MASTER_SECRET,
  masterSalt: "9e7ca92223786340",
  senderId: "",
  recipientId: "01",
};

/** What is said about a file with `content`. */
async function read(content: string, mode = 0o600): Promise<ReturnType<typeof readContextFile>> {
  return withFolder((folder) => {
    const path = join(folder, "a.json");
    writeFileSync(path, content);
    chmodSync(path, mode);
    return Promise.resolve().then(() => readContextFile(path));
  });
}

describe("a file of a security context", () => {
  it("RFC 8613 §3.2: has the input parameters, and the defaults of what is left out", async () => {
    assert.deepEqual(await read(JSON.stringify(CLIENT)), {
      masterSecret: fromHex(MASTER_SECRET),
      masterSalt: fromHex("9e7ca92223786340"),
      senderId: new Uint8Array(0),
      recipientId: Uint8Array.of(1),
      idContext: undefined,
      algorithm: "AES-CCM-16-64-128",
      hash: "SHA-256",
      replayWindow: 32,
    });
  });

  it("RFC 8613 §7.5: with any bit flipped it is refused; without a checksum it may have another Sender Key, or goes on with its numbers", () =>
    withFolder((folder) => {
      const path = join(folder, "context");
      createContextFiles(path, join(folder, "peer"), { idContext: Uint8Array.of(1, 2) });
      const made = readFileSync(path);
      for (let bit = 0; bit < 8 * made.length; bit += 1) {
        const file = Uint8Array.from(made);
        file[bit >> 3]! ^= 1 << (bit & 7);
        writeFileSync(path, file);
        assert.throws(() => readContextFile(path), SecretFileError, `bit ${bit}`);
      }
      // One that somebody has made by hand.
      const { checksum: _, ...fields } = JSON.parse(made.toString()) as Record<string, unknown>;
      const whole = Buffer.from(JSON.stringify(fields));
      writeFileSync(path, whole);
      const identity = (): string => {
        const parameters = contextParameters(readContextFile(path));
        const { senderKey } = deriveKeys(nodeCrypto, completeParameters(parameters));
        return `${toHex(senderKey)} ${stateKeyOf(nodeCrypto, parameters)}`;
      };
      const [key, state] = identity().split(" ");
      const tally = { refused: 0, other: 0, same: 0 };
      for (let bit = 0; bit < 8 * whole.length; bit += 1) {
        const file = Uint8Array.from(whole);
        file[bit >> 3]! ^= 1 << (bit & 7);
        writeFileSync(path, file);
        try {
          const [flippedKey, flippedState] = identity().split(" ");
          if (flippedKey !== key) tally.other += 1;
          else {
            assert.equal(flippedState, state, `bit ${bit}`);
            tally.same += 1;
          }
        } catch (error) {
          assert.ok(error instanceof SecretFileError, `bit ${bit}: ${String(error)}`);
          tally.refused += 1;
        }
      }
      assert.ok(tally.refused > tally.other && tally.other > 0 && tally.same > 0, JSON.stringify(tally));
      return Promise.resolve();
    }));

  it("is refused, by name and without its secrets, where no context can be made of it", async () => {
    const { masterSecret: _, ...withoutSecret } = CLIENT;
    const cases: readonly (readonly [content: object | string, reason: RegExp])[] = [
      [MASTER_SECRET, /expected JSON, got something else$/u],
      ["[]", /expected a JSON object/u],
      ["null", /expected a JSON object/u],
      [withoutSecret, /expected "masterSecret", got none$/u],
      [{ ...CLIENT, mastersalt: "" }, /expected fields of masterSecret, .*, got "mastersalt"$/u],
      [{ ...CLIENT, masterSecret: `${MASTER_SECRET}0` }, /expected bytes in hexadecimal as "masterSecret"/u],
      [{ ...CLIENT, masterSecret: "" }, /expected a Master Secret of at least 16 random bytes, got 0$/u],
      [{ ...CLIENT, masterSecret: "01" }, /expected a Master Secret of at least 16 random bytes, got 1$/u],
      [{ ...CLIENT, senderId: 1 }, /expected bytes in hexadecimal as "senderId"/u],
      [{ ...CLIENT, recipientId: "" }, /a Sender ID that differs/u],
      [{ ...CLIENT, senderId: "0000000000000000" }, /a Sender ID of at most 7 bytes .*, got 8/u],
      [{ ...CLIENT, idContext: "00".repeat(129) }, /an ID Context of at most 128 bytes, got 129/u],
      [{ ...CLIENT, algorithm: "A256GCM" }, /expected one of AES-CCM-16-64-128, .*, got A256GCM/u],
      [{ ...CLIENT, algorithm: 10 }, /expected a name as "algorithm"/u],
      [{ ...CLIENT, hash: "MD5" }, /MD5/u],
      [{ ...CLIENT, replayWindow: "32" }, /expected a number as "replayWindow"/u],
      [{ ...CLIENT, replayWindow: 33 }, /33/u],
    ];
    for (const [content, reason] of cases) {
      const text = typeof content === "string" ? content : JSON.stringify(content);
      await assert.rejects(read(text), (error: unknown) => {
        assert.ok(error instanceof SecretFileError, text);
        assert.match(error.message, /a\.json: /u);
        assert.match(error.message, reason);
        assert.ok(!error.message.includes(MASTER_SECRET));
        return true;
      });
    }
  });

  it("takes the longest IDs", async () => {
    const longest = { ...CLIENT, senderId: "00".repeat(7), idContext: "00".repeat(128) };
    const { senderId, idContext } = await read(JSON.stringify(longest));
    assert.deepEqual([senderId.length, idContext?.length], [7, 128]);
  });

  it("is refused where anybody but its owner has a right to it", async () => {
    const text = JSON.stringify(CLIENT);
    for (const mode of [0o640, 0o620, 0o610, 0o604, 0o602, 0o601, 0o644])
      await assert.rejects(read(text, mode), /mend it with: chmod 600 .*a\.json$/u, mode.toString(8));
    await read(text, 0o400);
    await read(text, 0o700);
  });
});

describe("a new security context", () => {
  it("is in two files, for both sides, which their owner alone can read", () =>
    withFolder((folder) => {
      const [ours, theirs] = [join(folder, "ours"), join(folder, "theirs")] as const;
      const created = createContextFiles(ours, theirs, { idContext: Uint8Array.of(7) });
      const [one, other] = [readContextFile(ours), readContextFile(theirs)] as const;
      assert.deepEqual(one, created);
      assert.deepEqual({ ...other, senderId: one.senderId, recipientId: one.recipientId }, one);
      assert.deepEqual([other.senderId, other.recipientId], [one.recipientId, one.senderId]);
      assert.deepEqual([one.masterSecret.length, one.senderId.length], [16, 2]);
      for (const path of [ours, theirs]) assert.equal(statSync(path).mode & 0o777, 0o600);
      return Promise.resolve();
    }));

  it("has IDs that differ, of which any may be chosen", () =>
    withFolder((folder) => {
      const id = Uint8Array.of(1);
      const make = (name: string, choice: Parameters<typeof createContextFiles>[2]) =>
        createContextFiles(join(folder, name), join(folder, `${name}-peer`), choice);
      assert.deepEqual(make("a", { senderId: id }).senderId, id);
      assert.deepEqual(make("b", { recipientId: id }).recipientId, id);
      assert.equal(make("c", { senderId: new Uint8Array(0) }).senderId.length, 0);
      assert.throws(() => make("d", { senderId: id, recipientId: id }), /a Sender ID that differs/u);
      // §3.3: its nonce has room for one byte.
      assert.equal(make("e", { algorithm: "AES-CCM-64-64-128" }).senderId.length, 1);
      return Promise.resolve();
    }));

  it("overwrites nothing, and leaves no half of a pair behind", () =>
    withFolder((folder) => {
      const [ours, theirs] = [join(folder, "ours"), join(folder, "theirs")] as const;
      writeFileSync(theirs, "theirs");
      assert.throws(() => createContextFiles(ours, theirs, {}), /theirs: expected a new file/u);
      assert.throws(() => createContextFiles(theirs, ours, {}), /theirs: expected a new file/u);
      assert.deepEqual(readdirSync(folder), ["theirs"]);
      assert.equal(readFileSync(theirs, "utf8"), "theirs");
      return Promise.resolve();
    }));
});
