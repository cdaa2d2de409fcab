// @ts-check
import { chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { execFileSync, spawnSync } from "node:child_process";
import assert from "node:assert/strict";
import { join } from "node:path";
import { repositoryRoot } from "../../../tools/repository.js";
import { withTemporaryFolder } from "./temporary-folder.js";

/**
 * Starts tools/packages.sh on a make-believe machine.
 *
 * @param {Record<string, string>} programs shell scripts by name, that the machine has
 * @param {string[]} [args]
 */
function start(programs, args = []) {
  /** @type {{ status: number | null, stdout: string, stderr: string, installed: string } | undefined} */
  let result;
  withTemporaryFolder((folder) => {
    const bin = join(folder, "bin");
    mkdirSync(bin);
    for (const program of ["bash", "grep", "mkdir", "mktemp", "rm", "sed"])
      symlinkSync(
        execFileSync("sh", ["-c", `command -v ${program}`], { encoding: "utf8" }).trim(),
        join(bin, program),
      );
    for (const [name, script] of Object.entries({
      uname: "echo x86_64",
      gcc: "exit 0",
      id: "echo 0",
      ...programs,
    })) {
      writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`);
      chmodSync(join(bin, name), 0o755);
    }
    const { status, stdout, stderr } = spawnSync(
      join(bin, "bash"),
      [join(repositoryRoot, "tools/packages.sh"), ...args],
      {
        cwd: folder,
        env: { PATH: bin },
        encoding: "utf8",
      },
    );
    const log = join(folder, "apt");
    result = { status, stdout, stderr, installed: existsSync(log) ? readFileSync(log, "utf8") : "" };
  });
  if (result === undefined) throw new Error("the script did not run");
  return result;
}

const all = {
  "coap-client-notls": "",
  tshark: "",
  ip: "",
  openssl: "",
  zsh: "",
  fish: "",
  "riscv64-unknown-elf-gcc": "",
  "qemu-system-riscv32": "",
};
const apt = { "apt-get": 'echo "$*" >>apt' };

describe("Debian packages of make test and make interop", () => {
  it("is silent where everything is there", () => {
    assert.deepEqual(start({ ...all, ...apt }), { status: 0, stdout: "", stderr: "", installed: "" });
  });

  it("installs what is missing as root, after one update", () => {
    const { status, installed } = start({ ...apt, gcc: "exit 1" });
    assert.equal(status, 0);
    assert.equal(
      installed,
      "update\ninstall --yes --no-install-recommends gcc-multilib libcoap3-bin tshark iproute2 openssl zsh fish gcc-riscv64-unknown-elf picolibc-riscv64-unknown-elf qemu-system-misc\n",
    );
  });

  it("prints the exact command to anybody else, and stops", () => {
    const { status, stderr, installed } = start({ ...all, ...apt, gcc: "exit 1", id: "echo 1000" });
    assert.equal(status, 1);
    assert.match(
      stderr,
      /^ {2}sudo apt-get update && sudo apt-get install --no-install-recommends gcc-multilib$/mu,
    );
    assert.equal(installed, "");
  });

  it("installs other ones for make interop", () => {
    const { status, installed } = start({ ...apt, python3: "exit 1", mvn: "" }, ["interop"]);
    assert.equal(status, 0);
    assert.equal(
      installed,
      "update\ninstall --yes --no-install-recommends python3-venv default-jdk-headless\n",
    );
  });

  it("installs clang and its libFuzzer for make fuzz", () => {
    const { status, installed } = start({ ...apt }, ["fuzz"]);
    assert.equal(status, 0);
    assert.equal(installed, "update\ninstall --yes --no-install-recommends clang libclang-rt-dev\n");
  });

  it("asks for no 32-bit library where the machine has none", () => {
    assert.equal(start({ ...all, ...apt, uname: "echo aarch64", gcc: "exit 1" }).status, 0);
  });

  it("names what is missing where there is no apt-get", () => {
    const { status, stderr } = start({ ...all, gcc: "exit 1" });
    assert.equal(status, 1);
    assert.match(stderr, /gcc-multilib/u);
  });

  it("says why apt-get failed, without the name of a server", () => {
    const failing = { "apt-get": "echo 'E: Failed to fetch http://mirror.example/debian/x  404'; exit 100" };
    const { status, stderr } = start({ ...all, ...failing, gcc: "exit 1" });
    assert.equal(status, 1);
    assert.match(stderr, /E: Failed to fetch \(server\)\/debian\/x/u);
  });
});
