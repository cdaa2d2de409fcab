import assert from "node:assert/strict";
import { Command } from "commander";
import { imageOptions } from "../../../../cli/device/image-options.js";
import { DEFAULT_IMAGE, imageNames, loadImage } from "../../../../cli/device/images.js";
import { runCli } from "../run-cli.js";

function parse(args: readonly string[]): unknown {
  const command = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
  const table = {
    port: { type: "port", default: 5683, help: "UDP port" },
    sampleInterval: { type: "integer", minimum: 1, help: "seconds between samples" },
    isQuiet: { type: "boolean", default: false, help: "no log" },
  } as const;
  for (const option of imageOptions(table)) command.addOption(option);
  return command.parse(args, { from: "user" }).opts();
}

describe("options of coapsule device", () => {
  it("are those of the image's configuration, with its defaults", () => {
    assert.deepEqual(parse([]), { port: 5683, isQuiet: false });
    assert.deepEqual(parse(["-p", "0", "--sample-interval", "5", "--is-quiet", "true"]), {
      port: 0,
      sampleInterval: 5,
      isQuiet: true,
    });
  });

  it("say what was expected of a value that does not fit", () => {
    assert.throws(() => parse(["--sample-interval", "0"]), /Expected a whole number from 1\./u);
    assert.throws(() => parse(["--is-quiet", "yes"]), /Expected true or false\./u);
  });

  it("are refused by name where a setting cannot be one", () => {
    const help = "";
    for (const [table, message] of [
      [{ "bad name": { type: "text", help } }, 'expected names such as timeServer, got "bad name"'],
      [{ ["__proto__"]: { type: "text", help } }, 'expected names such as timeServer, got "__proto__"'],
      [{ engine: { type: "text", help } }, "engine is an option of the command, --engine"],
      [
        { count: { type: "integer", default: "seven", help } },
        'the default of count: expected a whole number, got "seven"',
      ],
    ] as const)
      assert.throws(() => imageOptions(table, ["engine"]), {
        name: "UsageError",
        message: `configuration of the image: ${message}`,
      });
  });

  it("differ from image to image, as the help says", async () => {
    const withDirectory: string[] = [];
    for (const name of imageNames()) {
      const { configuration } = await loadImage(name);
      const { code, stdout } = await runCli(["device", name, "--help"]);
      assert.equal(code, 0);
      assert.match(stdout, /--time <uri>/u);
      assert.equal(stdout.includes("--rd <uri>"), Object.hasOwn(configuration, "rd"));
      if (stdout.includes("--rd <uri>")) withDirectory.push(name);
    }
    assert.deepEqual(withDirectory, ["everything"]);
    assert.ok(imageNames().includes(DEFAULT_IMAGE));
  });

  it("are refused where the image has no such option, or there is no such image", async () => {
    const { code, stderr } = await runCli(["device", "minimal", "--rd", "coap://[::1]"]);
    assert.deepEqual([code, stderr.includes("unknown option '--rd'")], [2, true]);
    const unknown = await runCli(["device", "maximal"]);
    assert.deepEqual([unknown.code, unknown.stderr.includes(imageNames().join(", "))], [2, true]);
  });
});
