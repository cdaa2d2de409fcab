import assert from "node:assert/strict";
import { existsSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { TEXT_MODULES_BYTES, arenaBudget, readBudgets } from "../../../bench/size/budgets.js";
import { featuresAmong } from "../../../bench/size/names.js";
import { readSideFile } from "../../../bench/size/report.js";
import { withDemoServer } from "./demo-server.js";
import { RunningCli } from "./run-cli.js";

describe("make run", () => {
  it("ONCE=1: ends with 0 after the device got the time and answered", async () => {
    for (const [args, env] of [
      [["--once"], {}],
      [[], { ONCE: "1", DEVICE_PORT: "0" }],
    ] as const) {
      const run = new RunningCli("run", args, { env });
      const { code, stdout, stderr } = await run.result();
      assert.equal(stderr, "");
      assert.equal(code, 0);
      assert.match(stdout, /^time server: coap:\/\/\[::1\]:\d+\/time\n/u);
      assert.match(stdout, /^time: synchronised/mu);
      assert.match(stdout, /^device: answered GET coap:\/\/\[::1\]:\d+\/time with \d+, which is right$/mu);
      assert.match(stdout, /^device: answered GET \S*\/diagnostics by OSCORE with \d+ facts$/mu);
      assert.match(stdout, /^device: refused GET \S*\/diagnostics without a key: 4\.01$/mu);
      assert.match(stdout, /^device: answered GET \S*\/diagnostics after EDHOC with \d+ facts\n$/mu);
    }
  });

  it("fits the arena of its image", async () => {
    const features = featuresAmong(readSideFile("standard").sources);
    const arena = String(arenaBudget(readBudgets(), "standard", features) + TEXT_MODULES_BYTES);
    const { code, stdout, stderr } = await new RunningCli("run", ["--once", "--arena", arena]).result();
    assert.equal(code, 0, stderr);
    assert.ok(stdout.includes(`device: starts on Moddable XS with ${arena} bytes for JavaScript\n`), stdout);
    assert.match(stdout, /^device: answered GET \S*\/diagnostics by OSCORE/mu);
    assert.match(stdout, /^device: answered GET \S*\/diagnostics after EDHOC/mu);
  });

  it("ends with 1 and says so when the port is taken", async () => {
    await withDemoServer(async ({ port }) => {
      const { code, stderr } = await new RunningCli("run", ["--port", String(port)]).result();
      assert.equal(code, 1);
      assert.match(stderr, new RegExp(`^coapsule: UDP port ${port} is taken by another program`, "u"));
    });
  });

  it("says what to try, and ends with 0 on Ctrl-C", async () => {
    const run = new RunningCli("run", ["--port", "0"]);
    await run.until(/^Ctrl-C ends it\.$/mu);
    for (const command of ["get", "observe", "discover", "ping"])
      assert.match(run.stdout, new RegExp(`^  \\./bin/coapsule ${command} \\S*\\[::1\\]:\\d+`, "mu"));
    const [, context = ""] = /\/diagnostics --oscore (\S+)$/mu.exec(run.stdout) ?? [];
    assert.equal(statSync(context).mode & 0o777, 0o600);
    assert.match(run.stdout, /^ {2}coap-client-notls -m get coap:\/\/\[::1\]:\d+\/time/mu);
    run.kill("SIGINT");
    assert.equal((await run.result()).code, 0);
    assert.ok(!existsSync(dirname(context)));
  });
});
