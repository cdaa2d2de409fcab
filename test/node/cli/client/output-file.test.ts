import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  lstatSync,
  openSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { writeOutput } from "../../../../cli/client/output-file.js";
import { skip } from "../../../skip.js";
import { requireNamespaces, runInNamespace } from "../../hosts/node/files/holder.js";
import { withFolder } from "../temporary-folder.js";

const MODULE = new URL("../../../../cli/client/output-file.js", import.meta.url).href;
const NEVER = new AbortController().signal;

async function* pieces(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const piece of texts) {
    await Promise.resolve();
    yield Buffer.from(piece);
  }
}

/** A transfer that fails in its midst. */
async function* broken(): AsyncGenerator<Uint8Array> {
  yield* pieces("half");
  throw new Error("no answer");
}

describe("the file of --output", () => {
  it("has the whole body, and its rights stay", () =>
    withFolder(async (folder) => {
      const path = join(folder, "body");
      const umask = process.umask(0o027);
      try {
        await writeOutput(path, pieces("a", "b"), NEVER);
      } finally {
        process.umask(umask);
      }
      assert.equal(readFileSync(path, "utf8"), "ab");
      assert.equal(statSync(path).mode & 0o777, 0o640);
      chmodSync(path, 0o604);
      await writeOutput(path, pieces("c"), NEVER);
      assert.equal(readFileSync(path, "utf8"), "c");
      assert.equal(statSync(path).mode & 0o777, 0o604);
      await writeOutput(path, pieces(), NEVER);
      assert.equal(readFileSync(path, "utf8"), "");
      assert.deepEqual(readdirSync(folder), ["body"]);
    }));

  it("stays its owner's", function () {
    if (process.getuid?.() !== 0) skip(this, "needs root to give a file to somebody else");
    return withFolder(async (folder) => {
      const path = join(folder, "body");
      writeFileSync(path, "old", { mode: 0o640 });
      chownSync(path, 1234, 5678);
      await writeOutput(path, pieces("new"), NEVER);
      const { uid, gid, mode } = statSync(path);
      assert.deepEqual([uid, gid, mode & 0o777], [1234, 5678, 0o640]);
    });
  });

  it("stays what it was where the transfer fails or is interrupted, and is not made", () =>
    withFolder(async (folder) => {
      const path = join(folder, "body");
      const interrupted = new AbortController();
      async function* endless(): AsyncGenerator<Uint8Array> {
        yield* pieces("half");
        interrupted.abort();
        for (;;) yield* pieces("more");
      }
      const fail = async (): Promise<void> => {
        await assert.rejects(writeOutput(path, broken(), NEVER), /no answer/u);
        await assert.rejects(writeOutput(path, endless(), interrupted.signal), { name: "AbortError" });
      };
      await fail();
      assert.deepEqual(readdirSync(folder), []);
      writeFileSync(path, "old");
      await fail();
      assert.deepEqual(readdirSync(folder), ["body"]);
      assert.equal(readFileSync(path, "utf8"), "old");
    }));

  it("is what a link leads to, though that is not there yet", () =>
    withFolder(async (folder) => {
      const [link, outer] = [join(folder, "link"), join(folder, "outer")] as const;
      symlinkSync("body", link);
      symlinkSync(link, outer);
      for (const body of ["one", "two"]) {
        await writeOutput(outer, pieces(body), NEVER);
        assert.equal(readFileSync(join(folder, "body"), "utf8"), body);
        assert.deepEqual([readlinkSync(link), readlinkSync(outer)], ["body", link]);
      }
      assert.deepEqual(readdirSync(folder), ["body", "link", "outer"]);
      symlinkSync("loop", join(folder, "loop"));
      await assert.rejects(writeOutput(join(folder, "loop"), pieces(), NEVER), { code: "ELOOP" });
    }));

  it("may be no file: a pipe gets the body as it comes, and stays a pipe", () =>
    withFolder(async (folder) => {
      const pipe = join(folder, "pipe");
      const reader = spawn("sh", ["-c", 'mkfifo "$1" && echo made && cat "$1"', "sh", pipe], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      await new Promise((resolve) => reader.stdout.once("data", resolve));
      const received = text(reader.stdout);
      await writeOutput(pipe, pieces("a", "b"), NEVER);
      assert.equal(await received, "ab");
      assert.ok(lstatSync(pipe).isFIFO());
      await assert.rejects(writeOutput(folder, pieces("a"), NEVER), { code: "EISDIR" });
    }));

  it("may be what the process has open: the body goes where that has come to", function () {
    if (!existsSync("/proc/self/fd")) skip(this, "needs links to what is open, of Linux");
    return withFolder(async (folder) => {
      const path = join(folder, "log");
      writeFileSync(path, "before\n");
      const log = openSync(path, "r+");
      try {
        writeSync(log, "after\n");
        for (const [index, name] of [`/proc/self/fd/${log}`, `/dev/fd/${log}`].entries())
          await writeOutput(name, pieces(`body ${index}\n`), NEVER);
        writeSync(log, "end\n");
      } finally {
        closeSync(log);
      }
      assert.equal(readFileSync(path, "utf8"), "after\nbody 0\nbody 1\nend\n");
    });
  });

  it("may be a pipe without a name, as standard output is", async function () {
    if (!existsSync("/dev/stdout")) skip(this, "needs /dev/stdout");
    const script = `import(process.argv[1]).then(({ writeOutput }) =>
      writeOutput("/dev/stdout", [Buffer.from("body")], new AbortController().signal))`;
    const shell = spawn("sh", ["-c", '"$0" -e "$1" "$2" | cat', process.execPath, script, MODULE], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    assert.equal(await text(shell.stdout), "body");
  });

  it("gets the body where no other file can take its place, as containers have them", async function () {
    requireNamespaces(this);
    const body = "pieces of a body";
    const script = `import(process.argv[1]).then(({ writeOutput }) => {
      const body = async function* (fail) { yield Buffer.from("${body}"); if (fail) throw new Error("broken"); };
      const { signal } = new AbortController();
      return writeOutput("file", body(true), signal).catch(({ message }) => console.log(message))
        .then(() => console.log(String(fs.readFileSync("file"))))
        .then(() => writeOutput("file", body(false), signal)); })`;
    const mounts = `
      mount -t tmpfs tmpfs /mnt
      cd /mnt
      mkdir folder outside
      echo old, and longer than what is new > outside/file
      touch folder/file
      chmod 640 outside/file
      mount --bind folder folder
      mount --bind outside/file folder/file
      cd folder`;
    for (const readOnly of ["", "mount -o remount,bind,ro /mnt/folder"]) {
      const output = await runInNamespace(
        `${mounts}\n${readOnly}\n"$1" -e "$2" "$3"; cat file; echo; stat -c %a file; ls -A`,
        ...[process.execPath, script, MODULE],
      );
      assert.equal(output, `broken\nold, and longer than what is new\n\n${body}\n640\nfile\n`);
    }
  });
});
