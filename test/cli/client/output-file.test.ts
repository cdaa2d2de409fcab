import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import {
  chmodSync,
  chownSync,
  lstatSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { writeOutput } from "../../../cli/client/output-file.js";
import { skip } from "../../skip.js";
import { withFolder } from "../temporary-folder.js";

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
});
