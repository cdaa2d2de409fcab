import assert from "node:assert/strict";
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { createContextFiles } from "../../../../services/credentials/context-file.js";
import { FileContexts } from "../../../../services/credentials/file-contexts.js";
import { SecretFileError } from "../../../../hosts/node/files/rights.js";
import { fromHex, toHex } from "../../../../src/bytes/hex.js";
import { withFolder } from "../../cli/temporary-folder.js";

/** Runs `use` with the files of a context. */
async function withContextFiles(use: (ours: string, theirs: string, folder: string) => void): Promise<void> {
  await withFolder((folder) => {
    const [ours, theirs] = [join(folder, "ours"), join(folder, "theirs")] as const;
    createContextFiles(ours, theirs, {});
    use(ours, theirs, folder);
    return Promise.resolve();
  });
}

/** A sequence number that the context of `path` gives, in a program of its own. */
function takeNumber(path: string): number {
  const files = new FileContexts([path]);
  try {
    return files.contexts.get(path)!.security.nextPartialIv();
  } finally {
    files.close();
  }
}

describe("FileContexts", () => {
  it("RFC 8613 §C.4: protects with what a file says", () =>
    withFolder((folder) => {
      const path = join(folder, "client.json");
      // §C.1.1
      const client = {
        masterSecret: "0102030405060708090a0b0c0d0e0f10",
        masterSalt: "9e7ca92223786340",
        senderId: "",
        recipientId: "01",
      };
      writeFileSync(path, JSON.stringify(client), { mode: 0o600 });
      const files = new FileContexts([path]);
      const { security } = files.contexts.get(path)!;
      const ciphertext = security.sealRequest(20, fromHex("01b3747631"));
      assert.equal(toHex(ciphertext), "612f1092f1776f1c1668b3825e");
      files.close();
      return Promise.resolve();
    }));

  it("RFC 8613 §B.1.1: gives no sequence number twice, in whatever program, and of each side its own", () =>
    withContextFiles((ours, theirs) => {
      assert.deepEqual([takeNumber(ours), takeNumber(ours), takeNumber(ours)], [0, 64, 128]);
      assert.equal(takeNumber(theirs), 0);
    }));

  it("goes on where it was when the file has another name, is copied beside itself, or is reached by a link", () =>
    withContextFiles((ours, _theirs, folder) => {
      takeNumber(ours);
      const [renamed, copied, linked] = [
        join(folder, "a"),
        join(folder, "b"),
        join(folder, "other", "c"),
      ] as const;
      renameSync(ours, renamed);
      assert.equal(takeNumber(renamed), 64);
      copyFileSync(renamed, copied);
      assert.equal(takeNumber(copied), 128);
      mkdirSync(join(folder, "other"));
      symlinkSync(renamed, linked);
      assert.equal(takeNumber(linked), 192);
    }));

  it("RFC 8613 §7.5: knows whether the keys were in use before", () =>
    withContextFiles((ours) => {
      const wasUsed = (): boolean => {
        const files = new FileContexts([ours]);
        // While the replay window cannot be trusted, whatever number comes has to bring an Echo value.
        const takes = files.contexts.get(ours)!.take(0, undefined);
        files.close();
        return !takes;
      };
      assert.deepEqual([wasUsed(), wasUsed()], [false, true]);
    }));

  it("RFC 8613 §7.5: a state file may be damaged; where both are, the context is refused, and says what to do", () =>
    withContextFiles((ours, _theirs, folder) => {
      assert.equal(takeNumber(ours), 0);
      const states = join(folder, "oscore-state");
      const names = readdirSync(states).filter((name) => !name.endsWith("~"));
      assert.equal(names.length, 2);
      const flip = (name: string): void => {
        const file = readFileSync(join(states, name));
        file[file.length - 1]! ^= 1;
        writeFileSync(join(states, name), file);
      };
      let expected = 64;
      for (const name of names) {
        flip(name);
        assert.equal(takeNumber(ours), expected);
        expected += 64;
      }
      names.forEach(flip);
      assert.throws(() => takeNumber(ours), {
        name: SecretFileError.name,
        message: /ours: its sequence numbers are lost, both sides need new keys: expected a whole value/u,
      });
    }));

  it("is for one program at a time, until it is closed", () =>
    withContextFiles((ours, theirs, folder) => {
      const copy = join(folder, "copy");
      copyFileSync(ours, copy);
      const files = new FileContexts([ours]);
      for (const paths of [[ours], [copy], [theirs, ours]])
        assert.throws(() => new FileContexts(paths), {
          name: SecretFileError.name,
          message: /: expected a security context that no other program uses, got one in use$/u,
        });
      // The one that failed has let go of what it had.
      new FileContexts([theirs]).close();
      files.close();
      new FileContexts([ours, theirs]).close();
    }));

  it("RFC 8613 §B.1.1: is refused where others could have numbers used again: write state, or put another in its place", () =>
    withContextFiles((ours, _theirs, folder) => {
      takeNumber(ours);
      const states = join(folder, "oscore-state");
      const state = join(
        states,
        readdirSync(states).find((name) => !name.endsWith("~"))!,
      );
      for (const [path, modes, mend] of [
        [folder, [0o777, 0o703], "go-w"],
        [states, [0o777, 0o770, 0o705], "700"],
        [state, [0o666, 0o620, 0o640], "600"],
      ] as const) {
        const { mode } = statSync(path);
        for (const wrong of modes) {
          chmodSync(path, wrong);
          assert.throws(() => takeNumber(ours), {
            name: SecretFileError.name,
            message: new RegExp(`^${path}: expected .*; mend it with: chmod ${mend} ${path}$`, "u"),
          });
        }
        chmodSync(path, mode);
      }
      assert.equal(takeNumber(ours), 64);
    }));

  it("takes a folder that all may write to as /tmp is, and one that the owner's own group may write to", () =>
    withContextFiles((ours, _theirs, folder) => {
      const { uid, gid } = statSync(folder);
      chmodSync(folder, 0o1777);
      assert.equal(takeNumber(ours), 0);
      chmodSync(folder, 0o775);
      if (uid === gid) assert.equal(takeNumber(ours), 64);
      else assert.throws(() => takeNumber(ours), SecretFileError);
    }));

  it("refuses the same context twice", () =>
    withContextFiles((ours) => {
      assert.throws(() => new FileContexts([ours, ours]), SecretFileError);
      new FileContexts([ours]).close();
    }));
});
