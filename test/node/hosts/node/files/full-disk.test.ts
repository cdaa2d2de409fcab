import assert from "node:assert/strict";
import { withDemoServer } from "../../../cli/demo-server.js";
import { cliModule } from "../../../cli/run-cli.js";
import { withFolder } from "../../../cli/temporary-folder.js";
import { PROGRAM, requireNamespaces, runInNamespace } from "./holder.js";

interface Outcome {
  readonly code: number;
  readonly output: string;
  /** Names of what is there. */
  readonly names: readonly string[];
}

/**
 * What a shell command does on a disk that is full, and what when there is room again.
 * @param before what is done before it is full
 */
async function onFullDisk(command: string, before = ""): Promise<readonly [full: Outcome, then: Outcome]> {
  const script = `
    mount -t tmpfs -o size=512k,mode=700 tmpfs "$1"
    cd "$1"
    ${before}
    head -c 1M /dev/zero > filler 2> /dev/null || true
    try() { (${command}) < /dev/null && echo "code 0" || echo "code $?"; ls -A; }
    try
    rm filler
    echo "room again"
    try`;
  return withFolder(async (folder) => {
    const parts = (await runInNamespace(script, folder)).split("room again\n");
    const [full, then] = parts.map((part) => {
      const [, output = "", code, names = ""] = /^(.*?)code (\d+)\n(.*)$/su.exec(part) ?? [];
      return {
        output,
        code: Number(code),
        names: names.split("\n").filter((name) => name !== "" && name !== "filler"),
      };
    });
    return [full!, then!];
  });
}

const COAPSULE = `"${process.execPath}" "${cliModule("main")}"`;
const OPEN = `"${process.execPath}" "${PROGRAM}"`;

describe("a full disk", () => {
  before(function () {
    requireNamespaces(this);
  });

  it("leaves nothing of a key, which is made when there is room again", async () => {
    for (const [command, files] of [
      ["key new phone.json", ["phone.json", "phone.pub.json"]],
      ["key context phone.json door.json", ["door.json", "phone.json"]],
    ] as const) {
      const [full, then] = await onFullDisk(`${COAPSULE} ${command}`);
      assert.deepEqual([full.code, full.names], [1, []], full.output);
      assert.match(full.output, /^coapsule: .*no space left on device/u);
      assert.deepEqual([then.code, then.names], [0, files], then.output);
    }
  });

  it("leaves nothing of a flash memory", async () => {
    const [full, then] = await onFullDisk(`${OPEN} flash flash`);
    assert.match(full.output, /^Error: ENOSPC/u);
    assert.deepEqual(full.names, []);
    assert.match(then.output, /^held by/u);
    assert.deepEqual(then.names, ["flash"]);
  });

  it("leaves no state of a security context but what it was, and an empty lock", async () => {
    const list = "; cd oscore-state; wc -c *";
    const before = `${COAPSULE} key context ours theirs > /dev/null`;
    const [full, then] = await onFullDisk(`${OPEN} contexts ours${list}`, before);
    assert.match(full.output, /^OscoreError: .* ENOSPC.*\n0 [\da-f]+\.lock~\n$/u);
    for (const line of [
      /^held by \d+\n/u,
      /^ *\d+ [\da-f]+$/mu,
      /^ *\d+ [\da-f]+_2$/mu,
      /^ *0 [\da-f]+\.lock~$/mu,
    ])
      assert.match(then.output, line);
  });

  it("leaves the file of --output what it was", () =>
    withDemoServer(async ({ uri }) => {
      const get = `${COAPSULE} get ${uri}/large --output body; wc -c body`;
      const [full, then] = await onFullDisk(get, "echo old > body");
      assert.match(full.output, /no space left on device\n4 body\n$/u);
      assert.deepEqual(full.names, ["body"]);
      assert.doesNotMatch(then.output, /^4 body/u);
      assert.deepEqual(then.names, ["body"]);
    }));
});
