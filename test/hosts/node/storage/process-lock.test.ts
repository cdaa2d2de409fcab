import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LockedError, ProcessLock } from "../../../../hosts/node/storage/process-lock.js";
import { withFolder } from "../../../cli/temporary-folder.js";

/** The ID of a process that has ended. */
function endedProcess(): number {
  return spawnSync(process.execPath, ["--version"]).pid;
}

async function withLock(use: (path: string, folder: string) => void): Promise<void> {
  await withFolder((folder) => {
    use(join(folder, "lock"), folder);
    return Promise.resolve();
  });
}

describe("ProcessLock", () => {
  it("is for one at a time, and says who has it", () =>
    withLock((path, folder) => {
      const lock = ProcessLock.acquire(path);
      assert.throws(() => ProcessLock.acquire(path), {
        name: LockedError.name,
        message: `process ${process.pid} has ${path}; remove that where it has not`,
      });
      lock.release();
      ProcessLock.acquire(path).release();
      assert.deepEqual(readdirSync(folder), []);
    }));

  it("takes over what an ended process left behind", () =>
    withLock((path, folder) => {
      writeFileSync(path, `${endedProcess()}\n`);
      ProcessLock.acquire(path);
      assert.throws(() => ProcessLock.acquire(path), LockedError);
      assert.deepEqual(readdirSync(folder), ["lock"]);
    }));

  it("does not take over while another process does", () =>
    withLock((path, folder) => {
      writeFileSync(path, `${endedProcess()}\n`);
      writeFileSync(`${path}.takeover`, "");
      assert.throws(() => ProcessLock.acquire(path), /another process takes .* over/u);
      assert.deepEqual(readdirSync(folder).sort(), ["lock", "lock.takeover"]);
    }));

  it("takes a lock of somebody else's process for one that is held", () =>
    withLock((path) => {
      // The first process of the system runs as long as the system does.
      writeFileSync(path, "1\n");
      assert.throws(() => ProcessLock.acquire(path), /process 1 has/u);
    }));
});
