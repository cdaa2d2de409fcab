import assert from "node:assert/strict";
import fs, {
  linkSync,
  readFileSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { join } from "node:path";
import { mock } from "node:test";
import { NewFile, createFile, isTaken, replaceFile } from "../../../../../hosts/node/files/new-file.js";
import { withFolder } from "../../../cli/temporary-folder.js";

function inFolder(use: (folder: string, path: string) => void): () => Promise<void> {
  return () =>
    withFolder((folder) => {
      use(folder, join(folder, "file"));
      return Promise.resolve();
    });
}

describe("NewFile", () => {
  it(
    "has its name when it is whole, and not before",
    inFolder((folder, path) => {
      writeFileSync(path, "old");
      const file = new NewFile(path, 0o400);
      writeSync(file.descriptor, "new");
      const [unfinished] = readdirSync(folder);
      assert.match(unfinished!, /^\.coapsule-[\da-f]{16}~$/u);
      assert.equal(readFileSync(path, "utf8"), "old");
      file.replace();
      assert.equal(readFileSync(path, "utf8"), "new");
      assert.equal(statSync(path).mode & 0o777, 0o400);
      assert.deepEqual(readdirSync(folder), ["file"]);
    }),
  );

  it(
    "is gone when it is discarded, and what it was to replace stays",
    inFolder((folder, path) => {
      writeFileSync(path, "old");
      const file = new NewFile(path, 0o600);
      writeSync(file.descriptor, "new");
      file.discard();
      assert.deepEqual(readdirSync(folder), ["file"]);
      assert.equal(readFileSync(path, "utf8"), "old");
    }),
  );

  it(
    "does not write to what somebody has put in the place of the unfinished one",
    inFolder((folder, path) => {
      const [another, unfinished] = [join(folder, "another"), join(folder, "unfinished")] as const;
      for (const put of [linkSync, symlinkSync]) {
        writeFileSync(another, "another's", { mode: 0o666 });
        put(another, unfinished);
        replaceFile(path, "new", 0o600, unfinished);
        assert.deepEqual(
          [path, another].map((name) => readFileSync(name, "utf8")),
          ["new", "another's"],
        );
        assert.equal(statSync(path).mode & 0o777, 0o600);
        assert.deepEqual(readdirSync(folder), ["another", "file"]);
      }
    }),
  );

  it(
    "is refused where it cannot be made or named, under its name, and leaves nothing",
    inFolder((folder, path) => {
      const none = join(folder, "none", "file");
      assert.throws(() => new NewFile(none, 0o600), { code: "ENOENT", path: none });
      assert.throws(() => replaceFile(folder, "", 0o600), { path: folder });
      assert.throws(() => createFile(folder, "", 0o600), isTaken);
      writeFileSync(path, "");
      for (const create of [createFile, replaceFile])
        assert.throws(() => create(join(path, "file"), "", 0o600), { code: "ENOTDIR" });
      assert.deepEqual(readdirSync(folder), ["file"]);
    }),
  );
});

describe("createFile", () => {
  it(
    "takes no name that something has: a file, though it is empty, or a link to nothing",
    inFolder((folder, path) => {
      const link = join(folder, "link");
      writeFileSync(path, "");
      symlinkSync(join(folder, "nothing"), link);
      for (const taken of [path, link])
        assert.throws(() => createFile(taken, "new", 0o600), { code: "EEXIST", path: taken });
      assert.deepEqual(readdirSync(folder), ["file", "link"]);
      createFile(join(folder, "new"), "new", 0o600);
      assert.equal(readFileSync(join(folder, "new"), "utf8"), "new");
      assert.equal(statSync(join(folder, "new")).nlink, 1);
    }),
  );

  it(
    "makes files where the file system has no hard links",
    inFolder((folder, path) => {
      const refused = Object.assign(new Error("EPERM"), { code: "EPERM" });
      mock.method(fs, "linkSync", () => {
        throw refused;
      });
      syncBuiltinESMExports();
      try {
        createFile(path, "new", 0o600);
        assert.throws(() => createFile(path, "newer", 0o600), isTaken);
      } finally {
        mock.restoreAll();
        syncBuiltinESMExports();
      }
      assert.deepEqual([readFileSync(path, "utf8"), statSync(path).mode & 0o777], ["new", 0o600]);
      assert.deepEqual(readdirSync(folder), ["file"]);
    }),
  );
});
