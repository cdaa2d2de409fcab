import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { findFreePort } from "../../../../cli/local-port.js";
import { hasRiscvImage } from "../../../../cli/device/firmware.js";
import { hasXsHost } from "../../../../hosts/node/devices/xs-device.js";
import { skip } from "../../../skip.js";
import { withDemoServer } from "../demo-server.js";
import { RunningCli, runCli } from "../run-cli.js";
import { withFolder } from "../temporary-folder.js";

for (const engine of ["xs", "node", "riscv"])
  describe(`coapsule device --engine ${engine}`, () => {
    before(function () {
      if (engine === "xs" && !hasXsHost()) skip(this, "the XS engine is not built: make xs");
      if (engine === "riscv" && !hasRiscvImage())
        skip(this, "the image for RISC-V is not built: make firmware");
    });

    it("gets the time from a server, and serves it", async () => {
      const port = await findFreePort();
      await withDemoServer(async (server) => {
        const time = `coap://localhost:${server.port}/time`;
        const args = ["device", "--engine", engine, "--port", String(port), "--time", time];
        const device = new RunningCli("main", args);
        await device.until(/^time: synchronised/mu);
        const response = await runCli(["get", `coap://[::1]:${port}/time`, "--timeout", "5"]);
        assert.equal(response.code, 0);
        assert.ok(Math.abs(Number(response.stdout) - Date.now() / 1000) < 2);
        const status = await runCli(["get", `coap://[::1]:${port}/time/status`, "--timeout", "5"]);
        assert.match(status.stdout, /^synchronized true$/mu);
        device.kill("SIGINT");
        assert.equal((await device.result()).code, 0);
      });
    });

    it("starts with the last known time that it keeps in --storage", () =>
      withFolder(async (folder) => {
        const port = await findFreePort();
        const args = [
          "device",
          "--engine",
          engine,
          "--port",
          String(port),
          "--storage",
          join(folder, "flash"),
        ];
        const status = ["get", `coap://[::1]:${port}/time/status`, "--timeout", "5"];
        await withDemoServer(async (server) => {
          const device = new RunningCli("main", [...args, "--time", `coap://localhost:${server.port}/time`]);
          await device.until(/^time: synchronised/mu);
          assert.match((await runCli(status)).stdout, /^synchronized true$/mu);
          device.kill("SIGINT");
          assert.equal((await device.result()).code, 0);
        });
        const device = new RunningCli("main", args);
        await device.until(/^device: serving/mu);
        const [, notBefore = ""] = /^not-before (.*)$/mu.exec((await runCli(status)).stdout) ?? [];
        assert.ok(Math.abs(Date.now() - Date.parse(notBefore)) < 30_000, notBefore);
        device.kill("SIGINT");
        assert.equal((await device.result()).code, 0);
      }));

    it("serves without a time server, and has no time", async () => {
      const port = await findFreePort();
      const device = new RunningCli("main", ["device", "--engine", engine, "--port", String(port)]);
      await device.until(new RegExp(`port ${port}$`, "mu"));
      const response = await runCli(["get", `coap://[::1]:${port}/time`, "--timeout", "5"]);
      assert.equal(response.code, 5);
      device.kill("SIGTERM");
      assert.equal((await device.result()).code, 0);
    });

    it("says so when the port is taken, and ends with 1", async () => {
      await withDemoServer(async ({ port }) => {
        const { code, stderr } = await runCli(["device", "--engine", engine, "--port", String(port)]);
        assert.equal(code, 1);
        assert.match(stderr, new RegExp(`^coapsule: UDP port ${port} is taken`, "u"));
      });
    });
  });

describe("coapsule device --arena", () => {
  before(function () {
    if (!hasXsHost()) skip(this, "the XS engine is not built: make xs");
  });

  it("ends with 1 and the engine's reason where the memory is too small", async () => {
    const port = await findFreePort();
    const { code, stderr } = await runCli(["device", "--port", String(port), "--arena", "16384"]);
    assert.equal(code, 1);
    assert.match(stderr, /coapsule: the device ended with code \d+\n$/u);
  });
});

describe("coapsule device --engine riscv --storage", () => {
  it("ends with 1 and the reason where the file is no flash memory of the board", async function () {
    if (!hasRiscvImage()) skip(this, "the image for RISC-V is not built: make riscv");
    await withFolder(async (folder) => {
      const storage = join(folder, "flash");
      writeFileSync(storage, "no flash");
      const port = await findFreePort();
      const args = ["device", "--engine", "riscv", "--port", String(port), "--storage", storage];
      const { code, stderr } = await runCli(args);
      const reason = `expected a flash memory of 33554432 bytes in ${storage}, got 8`;
      assert.deepEqual([code, stderr], [1, `coapsule: ${reason}\n`]);
    });
  });
});
