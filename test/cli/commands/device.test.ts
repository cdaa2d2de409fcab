import assert from "node:assert/strict";
import { findFreePort } from "../../../cli/local-port.js";
import { hasRiscvImage } from "../../../cli/riscv-device.js";
import { hasXsHost } from "../../../cli/xs-host.js";
import { skip } from "../../skip.js";
import { withDemoServer } from "../demo-server.js";
import { RunningCli, runCli } from "../run-cli.js";

for (const engine of ["xs", "node", "riscv"])
  describe(`coapsule device --engine ${engine}`, () => {
    before(function () {
      if (engine === "xs" && !hasXsHost()) skip(this, "the XS engine is not built: make xs");
      if (engine === "riscv" && !hasRiscvImage()) skip(this, "the image for RISC-V is not built: make firmware");
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
  it("is refused, as the board has none", async () => {
    const port = await findFreePort();
    const args = ["device", "--engine", "riscv", "--port", String(port), "--storage", "kept"];
    const { code, stderr } = await runCli(args);
    assert.deepEqual([code, stderr], [1, "coapsule: the RISC-V board has no storage\n"]);
  });
});
