import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  SecretFileError,
  requireFolderUnchanged,
  requireOwnersAlone,
  requireOwnersFolder,
  requireUnchanged,
} from "../../../../../hosts/node/files/rights.js";
import { withFolder } from "../../../cli/temporary-folder.js";

const ofFile =
  (require: typeof requireOwnersAlone) =>
  (path: string): void =>
    require({ path, mode: statSync(path).mode });

function refusal(check: (path: string) => void, path: string): string {
  try {
    check(path);
  } catch (error) {
    assert.ok(error instanceof SecretFileError);
    return error.message;
  }
  throw new Error(`expected ${path} to be refused`);
}

describe("what is refused for the rights of others", () => {
  it("is mended with the command in the message, whatever its name", () =>
    withFolder((folder) => {
      for (const name of ["plain", "two words", "schlüssel", "it's", "$(touch made)", "a;b", "~", "*"]) {
        const path = join(folder, name);
        const inner = join(path, "file");
        mkdirSync(path);
        writeFileSync(inner, "");
        chmodSync(path, 0o777);
        chmodSync(inner, 0o666);
        for (const [check, place] of [
          [requireOwnersFolder, path],
          [requireFolderUnchanged, path],
          [ofFile(requireOwnersAlone), inner],
          [ofFile(requireUnchanged), inner],
        ] as const) {
          chmodSync(place, 0o777);
          const [, command] = /; mend it with: (chmod .*)$/u.exec(refusal(check, place)) ?? [];
          execFileSync("sh", ["-c", command!], { cwd: folder });
          check(place);
        }
      }
      return Promise.resolve();
    }));

  it("is left alone where it is a device, which others need as it is", () => {
    for (const check of [
      ofFile(requireOwnersAlone),
      ofFile(requireUnchanged),
      requireOwnersFolder,
      requireFolderUnchanged,
    ]) {
      const message = refusal(check, "/dev/null");
      assert.match(message, /^\/dev\/null: expected .*, got a device$/u);
    }
  });
});
