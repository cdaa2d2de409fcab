import assert from "node:assert/strict";
import { spawnSync, type SpawnSyncReturns } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { bashScript } from "../../../../cli/completion/bash.js";
import { fishScript } from "../../../../cli/completion/fish.js";
import { suggestionsOf, type SuggestedProgram } from "../../../../cli/completion/suggestions.js";
import { zshScript } from "../../../../cli/completion/zsh.js";
import { Interruption } from "../../../../cli/interruption.js";
import { createProgram } from "../../../../cli/program.js";
import { runCli } from "../run-cli.js";
import { skip } from "../../../skip.js";
import { withFolder } from "../temporary-folder.js";

async function describeProgram(): Promise<SuggestedProgram> {
  const interruption = new Interruption(() => undefined);
  try {
    return suggestionsOf(await createProgram(interruption));
  } finally {
    interruption.dispose();
  }
}

const PROGRAM = await describeProgram();

/** What bash suggests for the last of `words`. */
function complete(words: readonly string[], cwd?: string): string[] {
  const program = `${bashScript(PROGRAM)}
COMP_WORDS=(coapsule "$@")
COMP_CWORD=$#
_coapsule
printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { status, stdout, stderr } = spawnSync(
    "bash",
    ["--noprofile", "--norc", "-c", program, "bash", ...words],
    { encoding: "utf8", ...(cwd !== undefined && { cwd }) },
  );
  assert.deepEqual([status, stderr], [0, ""]);
  return stdout.split("\n").filter((line) => line !== "");
}

describe("coapsule completion", () => {
  it("writes the script of the shell", async () => {
    for (const [shell, script] of [
      ["bash", bashScript(PROGRAM)],
      ["zsh", zshScript(PROGRAM)],
      ["fish", fishScript(PROGRAM)],
    ] as const) {
      const { code, stdout } = await runCli(["completion", shell]);
      assert.equal(code, 0);
      assert.equal(stdout, script);
    }
    assert.equal((await runCli(["completion", "csh"])).code, 2);
  });

  it("has every command and every option of --help, for each shell", async () => {
    const scripts = [bashScript(PROGRAM), zshScript(PROGRAM), fishScript(PROGRAM)];
    const { stdout } = await runCli(["--help"]);
    const listed = [...stdout.matchAll(/^ {2}([a-z]+) .*/gmu)].map(([, name]) => name!);
    assert.deepEqual(
      PROGRAM.commands.map(({ name }) => name).filter((name) => name !== "help"),
      listed.filter((name) => name !== "help"),
    );
    const put = await runCli(["put", "--help"]);
    const names = [...put.stdout.matchAll(/^ {2}(?:-\w, )?--([a-z-]+)/gmu)].map(([, name]) => name!);
    assert.ok(names.length > 10);
    for (const script of scripts)
      for (const name of [...listed, ...names]) assert.ok(script.includes(name), name);
  });

  it("knows which options may come more than once", () => {
    const get = PROGRAM.commands.find(({ name }) => name === "get");
    const repeatable = get?.options.filter(({ isRepeatable }) => isRepeatable).map(({ long }) => long);
    assert.deepEqual(repeatable, ["--etag", "--if-match", "--edhoc-peer"]);
    assert.match(zshScript(PROGRAM), /'\*--etag=\[/u);
  });

  it("names Content-Formats such that nothing in them needs quotes", () => {
    const accept = PROGRAM.commands
      .find(({ name }) => name === "get")
      ?.options.find(({ long }) => long === "--accept");
    assert.ok(Array.isArray(accept?.values));
    for (const word of accept.values) assert.match(String(word), /^[\w.+@-]+$/u);
    for (const word of ["plain", "json", "cbor", "link-format", "senml+cbor"])
      assert.ok(accept.values.includes(word), word);
  });
});

describe("completion in bash", () => {
  it("completes commands", () => {
    assert.deepEqual(complete(["p"]), ["put", "post", "patch", "ping"]);
    assert.deepEqual(complete(["help", "se"]), ["serve"]);
  });

  it("completes options of the command that is there, and of none", () => {
    assert.deepEqual(complete(["get", "coap://[::1]/", "--bl"]), ["--block-size"]);
    assert.deepEqual(complete(["serve", "--bl"]), []);
    assert.deepEqual(complete(["--v"]), ["--version"]);
    // A word that comes later is no command.
    assert.deepEqual(complete(["post", "coap://[::1]/", "ping", "--if-n"]), ["--if-none-match"]);
  });

  it("completes what an option takes", () => {
    assert.deepEqual(complete(["get", "--accept", "link"]), ["link-format"]);
    assert.deepEqual(complete(["get", "-b", "1"]), ["16", "128", "1024"]);
    assert.deepEqual(complete(["device", "--engine", ""]), ["xs", "node", "riscv"]);
    assert.deepEqual(complete(["get", "--timeout", ""]), []);
  });

  it("completes a value behind =, which bash takes for words of their own", () => {
    assert.deepEqual(complete(["get", "--accept", "=", "link"]), ["link-format"]);
    assert.deepEqual(complete(["device", "--engine", "="]), ["xs", "node", "riscv"]);
  });

  it("completes arguments that are one of few", () => {
    assert.deepEqual(complete(["completion", ""]), ["bash", "zsh", "fish"]);
    assert.deepEqual(complete(["get", ""]), []);
  });

  it("completes subcommands and their options", () => {
    assert.deepEqual(complete(["key", ""]), ["new", "context", "show"]);
    assert.deepEqual(complete(["key", "context", "--se"]), ["--sender-id"]);
    assert.deepEqual(complete(["key", "context", "--algorithm", "AES-CCM-6"]), ["AES-CCM-64-64-128"]);
  });

  it("completes paths, blanks and all", async () => {
    await withFolder((folder) => {
      for (const name of ["a body.json", "a.cbor", "b"]) writeFileSync(join(folder, name), "");
      assert.deepEqual(complete(["put", "coap://[::1]/", "--file", "a"], folder).sort(), [
        "a body.json",
        "a.cbor",
      ]);
      assert.deepEqual(complete(["key", "show", "a."], folder), ["a.cbor"]);
      for (const option of ["--oscore", "--edhoc", "--edhoc-peer"])
        assert.deepEqual(complete(["get", "coap://[::1]/", option, "b"], folder), ["b"]);
      return Promise.resolve();
    });
  });
});

describe("completion in shells that are installed", () => {
  for (const [shell, script] of [
    ["bash", bashScript],
    ["zsh", zshScript],
    ["fish", fishScript],
  ] as const)
    it(`${shell} takes the script`, async function () {
      const { error, status, stderr } = await runFile(shell, ["-n"], script(PROGRAM));
      // Only bash is on every system that the tests run on.
      if (error && shell !== "bash") skip(this, `${shell} is not installed`);
      assert.deepEqual([status, stderr], [0, ""]);
    });

  it("fish completes commands", async function () {
    const asks = "\ncomplete --do-complete 'coapsule pa'\n";
    const { error, stdout } = await runFile("fish", ["--no-config"], fishScript(PROGRAM) + asks);
    if (error) skip(this, "fish is not installed");
    assert.match(stdout, /^patch\t/);
    const key = "\ncomplete --do-complete 'coapsule key s'\ncomplete --do-complete 'coapsule key show /de'\n";
    const later = await runFile("fish", ["--no-config"], fishScript(PROGRAM) + key);
    assert.match(later.stdout, /^show\n\/dev\/\n$/u);
  });
});

/** Has a shell read `script` from a file. */
async function runFile(
  shell: string,
  args: readonly string[],
  script: string,
): Promise<SpawnSyncReturns<string>> {
  return withFolder((folder) => {
    const file = join(folder, "script");
    writeFileSync(file, script);
    return Promise.resolve(spawnSync(shell, [...args, file], { encoding: "utf8" }));
  });
}
