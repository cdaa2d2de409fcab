// @ts-check
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { FURTHER_PEERS, PEERS } from "../../../tools/interop/peers.js";
import { TOOLS, complaintAbout } from "../../../tools/interop/tools.js";
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "../../../tools/repository.js";
import { withTemporaryFolder } from "./temporary-folder.js";

/**
 * What is said about a tool on a make-believe machine.
 *
 * @param {import("../../../tools/interop/peers.js").ToolName} tool
 * @param {Record<string, string>} programs shell scripts by name
 */
function complaint(tool, programs) {
  const { PATH } = process.env;
  /** @type {string | undefined} */
  let said;
  withTemporaryFolder((folder) => {
    const bin = join(folder, "bin");
    mkdirSync(bin);
    for (const [name, script] of Object.entries(programs)) {
      writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`);
      chmodSync(join(bin, name), 0o755);
    }
    process.env["PATH"] = bin;
    try {
      said = complaintAbout(tool);
    } finally {
      process.env["PATH"] = PATH;
    }
  });
  return said;
}

describe("tools of make interop", () => {
  it("takes the lowest version that is wanted, and later ones", () => {
    assert.equal(complaint("cargo", { cargo: "echo 'cargo 1.88.0 (873a06493 2025-05-10)'" }), undefined);
    assert.equal(complaint("go", { go: "echo 'go version go1.26.8 linux/amd64'" }), undefined);
    assert.equal(complaint("go", { go: "echo 'go version go2.0 linux/amd64'" }), undefined);
    assert.equal(complaint("java", { javac: "echo 'javac 17.0.13'" }), undefined);
    assert.equal(complaint("java", { javac: "echo 'javac 21'" }), undefined);
    assert.equal(complaint("maven", { mvn: "echo 'Apache Maven 3.8.7'" }), undefined);
    assert.equal(complaint("python", { python3: "echo 'python 3.11'" }), undefined);
  });

  it("names the version of Debian 12's own Rust, which is too old, and the one that is wanted", () => {
    const said = complaint("cargo", { cargo: "echo 'cargo 0.66.0'" });
    assert.match(said ?? "", /^Rust \(cargo\) 1\.88 or later is wanted, found 0\.66: rustup installs it/u);
    assert.match(
      complaint("go", { go: "echo 'go version go1.19.8 linux/amd64'" }) ?? "",
      /Go 1\.26 .* found 1\.19/u,
    );
    assert.match(complaint("java", { javac: "echo 'javac 11.0.2'" }) ?? "", /17\.0 or later .* found 11\.0/u);
  });

  it("says that there is none, or that it does not run", () => {
    for (const tool of /** @type {import("../../../tools/interop/peers.js").ToolName[]} */ (
      Object.keys(TOOLS)
    ))
      assert.match(complaint(tool, {}) ?? "", /or later is wanted, found none: /u);
    const broken = complaint("python", { python3: "echo 'No module named venv' >&2; exit 1" });
    assert.match(broken ?? "", /found one that does not run: Debian's package python3-venv/u);
  });
});

describe("peers of the interoperability tests", () => {
  it("have a folder each; those of further registries name their tools", () => {
    for (const { name } of PEERS)
      assert.ok(existsSync(join(repositoryRoot, "test/interop/peers", name)), name);
    for (const { name, tools = [] } of FURTHER_PEERS) assert.notEqual(tools.length, 0, name);
  });
});
