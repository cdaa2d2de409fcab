import assert from "node:assert/strict";
import { join } from "node:path";

import { findEngine } from "../../../../hosts/node/engines/provide-engine.js";
import type { Engine } from "../../../../hosts/node/devices/device.js";
import { skip } from "../../../skip.js";
import { withSources, writeSources } from "../../hosts/node/images/source-folder.js";
import { RunningCli, runCli } from "../run-cli.js";

/** An image with one resource, and a setting of its own. */
function deviceSource(greeting: string): string {
  return `import { image, text, type Feature } from "coapsule";

const hello = (name: string): Feature => ({
  name: "hello",
  start({ platform: { console }, site }) {
    site.add("hello", { get: () => text(name) });
    console.log("${greeting}, " + name);
  },
});

export default image({
  configuration: { name: { type: "text", default: "world", help: "whom it greets" } },
  features: (values) => [hello(values.name)],
});
`;
}

async function errorOf(source: string, ...args: string[]): Promise<string> {
  let stderr = "";
  await withSources({ "device.ts": source }, async (folder) => {
    const result = await runCli([
      "device",
      join(folder, "device.ts"),
      "--engine",
      "node",
      "--port",
      "0",
      ...args,
    ]);
    assert.equal(result.code, 1);
    stderr = result.stderr;
  });
  return stderr;
}

describe("coapsule device with a source", () => {
  for (const engine of ["node", "xs", "riscv"] as const satisfies readonly Engine[])
    it(`builds and runs it, with the options of its configuration, on ${engine}`, async function () {
      if (engine !== "node" && findEngine(engine) === undefined)
        skip(this, `the engine ${engine} is not built`);
      await withSources({ "device.ts": deviceSource("Hello") }, async (folder) => {
        const args = ["device", "./device.ts", "--engine", engine, "--port", "0", "--name", "Ada"];
        const device = new RunningCli("main", args, { cwd: folder });
        await device.until(/^Hello, Ada$/mu);
        await device.until(/^device: serving coap on port \d+$/mu);
        device.kill("SIGINT");
        assert.equal((await device.result()).code, 0);
      });
    });

  it("lists the options of its configuration", async () => {
    await withSources({ "device.ts": deviceSource("Hello") }, async (folder) => {
      const { code, stdout } = await runCli(["device", join(folder, "device.ts"), "--help"]);
      assert.equal(code, 0);
      assert.match(stdout, /--name <text>\s+whom it greets \(default: "world"\)/u);
    });
  });

  it("with --watch: starts what was saved, lets the old one run while there are errors, waits when it ends", async () => {
    await withSources({ "device.ts": deviceSource("One") }, async (folder) => {
      const args = ["device", "./device.ts", "--engine", "node", "--port", "0", "--watch"];
      const device = new RunningCli("main", args, { cwd: folder });
      await device.until(/^One, world$/mu);
      await device.until(/serving/u);
      writeSources(folder, { "device.ts": deviceSource("Two") });
      await device.until(/^Two, world$/mu);
      const [running] = device.children();
      writeSources(folder, { "device.ts": "export default missing;\n" });
      await device.until(/^device\.ts:1:16: TS2304: Cannot find name 'missing'\.$/mu);
      writeSources(folder, { "device.ts": deviceSource("Two") });
      await device.until(/^the errors are mended, the code is as before: the device goes on$/mu);
      assert.deepEqual(device.children(), [running]);
      writeSources(folder, {
        "device.ts": deviceSource("Three").replace("console.log(", "throw new Error("),
      });
      await device.until(/the device ended with code 1: it starts again when a source has changed/u);
      writeSources(folder, { "device.ts": deviceSource("Four") });
      await device.until(/^Four, world$/mu);
      device.kill("SIGINT");
      assert.equal((await device.result()).code, 0);
    });
  });

  it("refuses what exports no image, with its file", async () => {
    for (const source of [
      "",
      "export {};\n",
      "export default 5;\n",
      'import { time } from "coapsule";\nexport const a = time();\n',
    ])
      assert.match(await errorOf(source), /device\.ts:1: expected an image as default export/u, source);
  });

  it("tells file and line of what throws while it is loaded, and of what features throws", async () => {
    assert.match(
      await errorOf('\nthrow new Error("early");\nexport {};\n'),
      /device\.ts:2:7: Error: early$/mu,
    );
    const late =
      'import { image } from "coapsule";\nexport default image({\n  features: () => {\n    throw new Error("late");\n  },\n});\n';
    assert.match(await errorOf(late), /the device ended with code 1/u);
  });

  it("takes --watch with a source only", async () => {
    const { code, stderr } = await runCli(["device", "minimal", "--watch", "--port", "0"]);
    assert.equal(code, 2);
    assert.match(stderr, /expected a source with --watch/u);
  });
});
