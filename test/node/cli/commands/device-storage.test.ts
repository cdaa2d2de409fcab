import assert from "node:assert/strict";
import { chmodSync, linkSync, readdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import type { Engine } from "../../../../hosts/node/devices/device.js";
import { findFreePort } from "../../../../cli/local-port.js";
import { hasRiscvImage } from "../../../../cli/device/firmware.js";
import { hasXsHost } from "../../../../hosts/node/devices/xs-device.js";
import { skip } from "../../../skip.js";
import { RunningCli, runCli, type CliResult } from "../run-cli.js";
import { withFolder } from "../temporary-folder.js";

/** Devices on one engine. */
class Devices {
  readonly #engine: Engine;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  async start(storage: string): Promise<RunningCli> {
    const device = new RunningCli("main", await this.#args(storage));
    await device.until(/^device: serving/mu);
    return device;
  }

  /** What comes of one that cannot start. */
  async refused(storage: string): Promise<CliResult> {
    return runCli(await this.#args(storage));
  }

  async #args(storage: string): Promise<string[]> {
    return ["device", "--engine", this.#engine, "--port", String(await findFreePort()), "--storage", storage];
  }
}

async function end(device: RunningCli): Promise<void> {
  device.kill("SIGINT");
  assert.equal((await device.result()).code, 0);
}

for (const engine of ["xs", "node", "riscv"] as const)
  describe(`coapsule device --engine ${engine} --storage`, () => {
    const devices = new Devices(engine);

    before(function () {
      if (engine === "xs" && !hasXsHost()) skip(this, "the XS engine is not built: make xs");
      if (engine === "riscv" && !hasRiscvImage())
        skip(this, "the image for RISC-V is not built: make firmware");
    });

    it("is for one device at a time, whatever it is called, until that ends or is killed", () =>
      withFolder(async (folder) => {
        const [path, symbolic, hard] = ["flash", "symbolic", "hard"].map((name) => join(folder, name)) as [
          string,
          string,
          string,
        ];
        symlinkSync("flash", symbolic);
        const device = await devices.start(symbolic);
        linkSync(path, hard);
        const names = [path, symbolic, hard];
        const others = await Promise.all(names.map((name) => devices.refused(name)));
        for (const [index, { code, stderr }] of others.entries())
          assert.deepEqual([code, stderr], [1, `coapsule: another program uses ${names[index]}\n`]);
        device.cutPower();
        await device.ended();
        await end(await devices.start(hard));
        assert.deepEqual(readdirSync(folder), ["flash", "hard", "symbolic"]);
      }));

    if (engine !== "node")
      it("is the device's for as long as that runs, though the command is killed", () =>
        withFolder(async (folder) => {
          const path = join(folder, "flash");
          const command = await devices.start(path);
          const children = command.children();
          assert.equal(children.length, 1);
          try {
            command.kill("SIGKILL");
            const { code, stderr } = await devices.refused(path);
            assert.deepEqual([code, stderr], [1, `coapsule: another program uses ${path}\n`]);
          } finally {
            process.kill(children[0]!, "SIGKILL");
          }
          // The device has its output, which is closed with it.
          await command.ended();
          await end(await devices.start(path));
        }));

    it("is looked at each time: nobody else may read it, write it, or put another in its place", () =>
      withFolder(async (folder) => {
        const path = join(folder, "flash");
        await end(await devices.start(path));
        for (const [what, mode, mend] of [
          [path, 0o604, "600"],
          [path, 0o620, "600"],
          [folder, 0o777, "go-w"],
        ] as const) {
          chmodSync(what, mode);
          const { code, stderr } = await devices.refused(path);
          assert.equal(code, 1);
          assert.match(
            stderr,
            new RegExp(`^coapsule: ${what}: .*; mend it with: chmod ${mend} ${what}\n$`, "u"),
          );
          chmodSync(what, what === path ? 0o600 : 0o700);
        }
        await end(await devices.start(path));
      }));
  });
