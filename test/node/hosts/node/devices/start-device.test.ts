import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { DEVICE_ARENA } from "../../../../../hosts/arenas.js";
import { startDevice } from "../../../../../hosts/node/devices/start-device.js";
import { hasXsHost } from "../../../../../hosts/node/devices/xs-device.js";
import { nodePlatform, type NodePlatform } from "../../../../../hosts/node/platform.js";
import { skip } from "../../../../skip.js";

const COMPILED = fileURLToPath(new URL("../../../../../", import.meta.url));

describe("A device that is started", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "coapsule-"));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  describe("on Node.js", () => {
    const program = { stop: () => Promise.resolve() };

    it("has ended with 0 once it was stopped, and gives its flash memory back", async () => {
      const flash = join(folder, "flash");
      let platform: NodePlatform | undefined;
      const start = (given: NodePlatform): Promise<typeof program> => {
        platform = given;
        return Promise.resolve(program);
      };
      const device = await startDevice({ engine: "node", start, flash });
      assert.ok(platform);
      assert.throws(() => nodePlatform({ flash }), { name: "LockedError" });
      assert.equal(await device.stop(), 0);
      assert.equal(await device.ended, 0);
      nodePlatform({ flash }).close();
    });

    it("gives its flash memory back where the program does not start", async () => {
      const flash = join(folder, "flash");
      const start = (): Promise<never> => Promise.reject(new RangeError("expected a port"));
      await assert.rejects(startDevice({ engine: "node", start, flash }), RangeError);
      nodePlatform({ flash }).close();
    });
  });

  describe("on XS", () => {
    before(function () {
      if (!hasXsHost()) skip(this, "the XS engine is not built: make xs");
    });

    /** A folder of modules that is not ours, with one program. */
    function prepareModules(text: string): string {
      for (const name of ["hosts", "src"]) symlinkSync(join(COMPILED, name), join(folder, name));
      mkdirSync(join(folder, "programs"));
      writeFileSync(join(folder, "programs/main.js"), text);
      return folder;
    }

    const options = { engine: "xs", main: "programs/main.js", arenaBytes: DEVICE_ARENA } as const;

    it("runs a program of any folder, with its arguments, and ends with its exit code", async () => {
      const modulesFolder = prepareModules(
        "export default function (platform, args) { platform.exit(args.join() === 'a b,--c' ? 7 : 1); }",
      );
      const device = await startDevice({ ...options, modulesFolder, args: ["a b", "--c"] });
      assert.equal(await device.ended, 7);
    });

    it("ends with 143 when it is stopped", async () => {
      const modulesFolder = prepareModules(
        "export default function (platform) { new platform.udp({ port: 0, onReadable() {} }); }",
      );
      const device = await startDevice({ ...options, modulesFolder, args: [] });
      assert.equal(await device.stop(), 143);
      assert.equal(await device.ended, 143);
    });
  });

  describe("on RISC-V", () => {
    const options = { engine: "riscv", main: "main.js", args: [], arenaBytes: DEVICE_ARENA } as const;

    it("needs an image, and says how to make one", async () => {
      await assert.rejects(startDevice({ ...options, image: join(folder, "none.elf") }), {
        name: "DeviceStartError",
        message: "the image none is not built for RISC-V: run 'make firmware'",
      });
    });

    it("needs a flash memory of the board's size", async () => {
      const [image, flash] = [join(folder, "image.elf"), join(folder, "flash")];
      for (const path of [image, flash]) writeFileSync(path, "short", { mode: 0o600 });
      await assert.rejects(startDevice({ ...options, image, flash }), {
        name: "DeviceStartError",
        message: `expected a flash memory of 33554432 bytes in ${flash}, got 5`,
      });
    });

    it("needs QEMU, and says where it is", async () => {
      const image = join(folder, "image.elf");
      writeFileSync(image, "");
      const path = process.env["PATH"];
      process.env["PATH"] = folder;
      try {
        const device = await startDevice({ ...options, image });
        await assert.rejects(device.ended, {
          name: "DeviceStartError",
          message: "qemu-system-riscv32 is not installed; it is in Debian's package qemu-system-misc",
        });
      } finally {
        process.env["PATH"] = path;
      }
    });
  });
});
