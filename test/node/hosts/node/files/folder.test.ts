import assert from "node:assert/strict";
import { existsSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeFolder, syncFolder } from "../../../../../hosts/node/files/folder.js";
import { skip } from "../../../../skip.js";
import { withFolder } from "../../../cli/temporary-folder.js";

/** fsync(2) of a folder is not possible there. */
const WITHOUT_SYNC = "/proc";

describe("a folder", () => {
  it("is made with those above it, their owner's alone, and stays as it is where it is there", () =>
    withFolder((folder) => {
      const path = join(folder, "one", "two");
      makeFolder(path);
      for (const made of [join(folder, "one"), path]) assert.equal(statSync(made).mode & 0o777, 0o700);
      makeFolder(path);
      writeFileSync(join(folder, "file"), "");
      assert.throws(() => makeFolder(join(folder, "file", "below")), { code: "ENOTDIR" });
      return Promise.resolve();
    }));

  it("whose names cannot be made more durable is taken for what it is", function () {
    if (!existsSync(WITHOUT_SYNC)) skip(this, `there is no ${WITHOUT_SYNC} here`);
    syncFolder(WITHOUT_SYNC);
    assert.throws(() => syncFolder(join(WITHOUT_SYNC, "none")), { code: "ENOENT" });
  });
});
