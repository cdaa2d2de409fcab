import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { linkSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { FileLock, LockedError, UnlockableError } from "../../../../../hosts/node/files/lock.js";
import { createContextFiles } from "../../../../../services/credentials/context-file.js";
import { FileFlash } from "../../../../../hosts/node/storage/file-flash.js";
import { skip } from "../../../../skip.js";
import { withFolder } from "../../../cli/temporary-folder.js";
import { Holder, requireNamespaces, tryToOpen, type HolderOptions, type Kind } from "./holder.js";

const HELD = /^held by \d+/u;

/** What is said where another program has it. */
const IN_USE: Readonly<Record<Kind, (path: string) => string>> = {
  flash: (path) => `LockedError: another program uses ${path}`,
  folder: (path) => `LockedError: another program uses ${path}`,
  contexts: (path) =>
    `SecretFileError: ${path}: expected a security context that no other program uses, got one in use`,
};

/** Runs `use` with the path of something that can be opened. */
function withSubject(kind: Kind, use: (path: string, folder: string) => Promise<void>): Promise<void> {
  return withFolder(async (folder) => {
    const path = join(folder, "subject");
    if (kind === "contexts") createContextFiles(path, join(folder, "peer"), {});
    await use(path, folder);
  });
}

/** Makes a folder with commands, and no others. */
function commandFolder(folder: string, commands: Readonly<Record<string, string>>): string {
  const path = join(folder, "commands");
  mkdirSync(path);
  for (const [name, script] of Object.entries(commands))
    writeFileSync(join(path, name), script, { mode: 0o755 });
  return path;
}

for (const kind of ["flash", "folder", "contexts"] as const)
  describe(`the lock of ${kind}`, () => {
    it("is one program's until it is killed", () =>
      withSubject(kind, async (path) => {
        const holder = new Holder(kind, path);
        try {
          assert.match(await holder.said(), HELD);
          assert.equal(await tryToOpen(kind, path), IN_USE[kind](path));
        } finally {
          await holder.kill();
        }
        assert.match(await tryToOpen(kind, path), HELD);
      }));

    it("is not kept by programs that its holder has started", () =>
      withSubject(kind, async (path) => {
        const holder = new Holder(kind, path, { withChild: true });
        const [, child] = / with (\d+)$/u.exec(await holder.said()) ?? [];
        try {
          await holder.kill();
          assert.match(await tryToOpen(kind, path), HELD);
        } finally {
          process.kill(Number(child), "SIGKILL");
        }
      }));

    it("is the same in other namespaces and through other mounts, whose processes have the same number", function () {
      requireNamespaces(this);
      return withSubject(kind, async (path, folder) => {
        const mounted = join(folder, "mounted");
        mkdirSync(mounted);
        const there = join(mounted, "subject");
        const bind: HolderOptions = { mounts: `mount --bind "${folder}" "${mounted}"` };
        const first = new Holder(kind, path, { mounts: "" });
        try {
          assert.equal(await first.said(), "held by 1");
          assert.equal(await tryToOpen(kind, path, { mounts: "" }), IN_USE[kind](path));
          assert.equal(await tryToOpen(kind, there, bind), IN_USE[kind](there));
          assert.equal(await tryToOpen(kind, path), IN_USE[kind](path));
        } finally {
          await first.kill();
        }
        // The next one has the number of the one that was killed.
        assert.equal(await tryToOpen(kind, there, bind), "held by 1");
      });
    });

    it("is refused where the file system can only be read", function () {
      requireNamespaces(this);
      return withSubject(kind, async (path, folder) => {
        assert.match(await tryToOpen(kind, path), HELD);
        const mounts = `mount --bind "${folder}" "${folder}"; mount -o remount,bind,ro,nosuid,nodev,noexec "${folder}"`;
        assert.match(await tryToOpen(kind, path, { mounts }), /^Error: EROFS: read-only file system/u);
      });
    });
  });

describe("the lock of a file", () => {
  it("is of the file, not of its name: through links, hard and symbolic", () =>
    withSubject("flash", async (path, folder) => {
      const [hard, symbolic] = [join(folder, "hard"), join(folder, "symbolic")] as const;
      symlinkSync(path, symbolic);
      const flash = new FileFlash({ path: symbolic });
      linkSync(path, hard);
      for (const name of [path, hard, symbolic])
        assert.equal(await tryToOpen("flash", name), IN_USE.flash(name));
      flash.close();
      assert.match(await tryToOpen("flash", hard), HELD);
    }));

  it("is refused within one program, too, and can be let go of", () =>
    withFolder((folder) => {
      const path = join(folder, "lock");
      const lock = new FileLock(path, "what it is for");
      assert.throws(() => new FileLock(path, "what it is for"), {
        name: LockedError.name,
        message: "another program uses what it is for",
      });
      assert.equal(lock.isHeld, true);
      lock.release();
      lock.release();
      assert.equal(lock.isHeld, false);
      new FileLock(path, "").release();
      assert.equal(readFileSync(path, "utf8"), "");
      return Promise.resolve();
    }));

  it("may be taken by perl where there is no flock, as on macOS", function () {
    const perl = spawnSync("sh", ["-c", "command -v perl"], { encoding: "utf8" }).stdout.trim();
    if (perl === "") skip(this, "perl is not installed");
    return withSubject("flash", async (path, folder) => {
      const commands = commandFolder(folder, {});
      symlinkSync(perl, join(commands, "perl"));
      const holder = new Holder("flash", path, { path: commands });
      try {
        assert.match(await holder.said(), HELD);
        for (const options of [{}, { path: commands }])
          assert.equal(await tryToOpen("flash", path, options), IN_USE.flash(path));
      } finally {
        await holder.kill();
      }
      assert.match(await tryToOpen("flash", path, { path: commands }), HELD);
    });
  });

  it("is refused where it cannot be taken, and says why", () =>
    withSubject("flash", async (path, folder) => {
      const said = (reason: string): string =>
        `${UnlockableError.name}: ${path}: expected a file that can be locked: ${reason}`;
      const commands = commandFolder(folder, {});
      const none = "flock is not installed; perl is not installed";
      assert.equal(await tryToOpen("flash", path, { path: commands }), said(none));
      // As util-linux says it of a file system without locks, BusyBox, and one that is killed.
      for (const [end, reason] of [
        [`echo "flock: 3: No locks available" >&2; exit 65`, "flock: 3: No locks available"],
        [`echo "flock: No locks available" >&2; exit 1`, "flock: No locks available"],
        ["kill -9 $$", "flock ended with SIGKILL"],
      ] as const) {
        writeFileSync(join(commands, "flock"), `#!/bin/sh\n${end}\n`, { mode: 0o755 });
        assert.equal(
          await tryToOpen("flash", path, { path: commands }),
          said(`${reason}; perl is not installed`),
        );
      }
      assert.match(await tryToOpen("flash", path), HELD);
    }));
});
