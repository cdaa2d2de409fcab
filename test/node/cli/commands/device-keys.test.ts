import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Engine } from "../../../../hosts/node/devices/device.js";
import { findFreePort } from "../../../../cli/local-port.js";
import { hasRiscvImage } from "../../../../cli/device/firmware.js";
import { hasXsHost } from "../../../../hosts/node/devices/xs-device.js";
import { createContextFiles } from "../../../../services/credentials/context-file.js";
import { createCredentialFiles } from "../../../../services/credentials/credential-file.js";
import { skip } from "../../../skip.js";
import { RunningCli, runCli, type CliResult } from "../run-cli.js";
import { withFolder } from "../temporary-folder.js";

/** A device with a flash memory of its own, and files of keys for it and for its user. */
class Fixture {
  readonly #folder: string;
  readonly #engine: Engine;
  readonly #port: number;

  constructor(folder: string, engine: Engine, port: number) {
    this.#folder = folder;
    this.#engine = engine;
    this.#port = port;
    createContextFiles(this.path("user-context"), this.path("device-context"), {});
    for (const name of ["user", "device"])
      createCredentialFiles(this.path(name), this.path(`${name}.pub`), {});
  }

  path(name: string): string {
    return join(this.#folder, name);
  }

  args(options: readonly string[] = [], port = this.#port): string[] {
    const where = ["--port", String(port), "--storage", this.path("flash")];
    return ["device", "--engine", this.#engine, ...where, ...options];
  }

  async start(options: readonly string[] = [], port = this.#port): Promise<RunningCli> {
    const device = new RunningCli("main", this.args(options, port));
    await device.until(/^device: serving/mu);
    return device;
  }

  /** Asks for the diagnostics. */
  ask(...options: readonly string[]): Promise<CliResult> {
    const target = `coap://[::1]:${this.#port}/diagnostics`;
    return runCli(["get", target, "--timeout", "5", "--verbose", "--json", ...options]);
  }
}

async function withFixture(engine: Engine, use: (fixture: Fixture) => Promise<void>): Promise<void> {
  await withFolder(async (folder) => use(new Fixture(folder, engine, await findFreePort())));
}

for (const engine of ["xs", "node", "riscv"] as const)
  describe(`coapsule device --engine ${engine} with keys`, () => {
    before(function () {
      if (engine === "xs" && !hasXsHost()) skip(this, "the XS engine is not built: make xs");
      if (engine === "riscv" && !hasRiscvImage())
        skip(this, "the image for RISC-V is not built: make firmware");
    });

    it("tells those who have one how it is, and nobody else, after a power cut, too", () =>
      withFixture(engine, async (fixture) => {
        const path = (name: string): string => fixture.path(name);
        const keys = [
          "--oscore",
          path("device-context"),
          "--edhoc",
          path("device"),
          "--edhoc-peer",
          path("user.pub"),
        ];
        // The first time nothing can be repeated; from then on an Echo value comes first (RFC 8613 §B.1.2).
        for (const [given, requests] of [
          [keys, 1],
          [[], 2],
        ] as const) {
          const device = await fixture.start(given);
          assert.equal((await fixture.ask()).code, 4);
          const byContext = await fixture.ask("--oscore", path("user-context"));
          assert.equal(byContext.code, 0, byContext.stderr);
          assert.match(byContext.stdout, /"uptime-s":\d+,/u);
          // Where memory is what runs out.
          assert.equal(/"least-free-bytes":\d+,/u.test(byContext.stdout), engine !== "node");
          assert.equal(byContext.stderr.match(/^> .* OSCORE /gmu)?.length, requests, byContext.stderr);
          const bySession = await fixture.ask("--edhoc", path("user"), "--edhoc-peer", path("device.pub"));
          assert.equal(bySession.code, 0, bySession.stderr);
          assert.match(bySession.stdout, /"uptime-s":\d+,/u);
          assert.match(bySession.stderr, /by method 3 and cipher suite 2$/mu);
          device.cutPower();
          await device.ended();
        }
      }));
  });

describe("coapsule device with keys", () => {
  it("needs --storage for --oscore, --edhoc and --edhoc-peer", async () => {
    for (const option of ["--oscore", "--edhoc", "--edhoc-peer"]) {
      const { code, stderr } = await runCli(["device", option, "device.json"]);
      assert.deepEqual([code, stderr.includes(`expected --storage with ${option}:`)], [2, true]);
    }
  });

  it("says nothing of what is in a file that has none", () =>
    withFixture("node", async (fixture) => {
      const flash = fixture.path("flash");
      writeFileSync(flash, "", { mode: 0o600 });
      const none = await runCli(fixture.args(["--oscore", flash]));
      assert.deepEqual(
        [none.code, none.stderr],
        [1, `coapsule: ${flash}: expected JSON, got something else\n`],
      );
    }));
});
