import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { promisify } from "node:util";
import { skip } from "../../skip.js";
import { withDemoServer } from "./demo-server.js";
import { cliModule } from "./run-cli.js";

const run = promisify(execFile);

/** What `coapsule` shows on a terminal, which util-linux' `script` plays: carriage returns and all. */
async function onTerminal(args: string): Promise<string> {
  // The exit code is the subject of other tests.
  const command = `${process.execPath} ${cliModule("main")} ${args}; true`;
  const { stdout } = await run("script", ["-qefc", command, "/dev/null"]);
  return stdout;
}

describe("on a terminal", () => {
  before(function () {
    if (process.platform !== "linux") skip(this, "needs the script command of util-linux");
  });

  it("bodies are shown for people, and end with a line end", async () => {
    await withDemoServer(async ({ uri }) => {
      assert.equal(await onTerminal(`get ${uri}/hello`), "Hello, Coapsule\r\n");
      assert.equal(await onTerminal(`get ${uri}/hello --raw`), "Hello, Coapsule");
      assert.match(await onTerminal(`fetch ${uri}/echo abc -c 42`), /^00000000 {2}61 62 63 .*\|abc\|\r\n$/u);
    });
  });

  it("what happened is said where there is no body", async () => {
    await withDemoServer(async ({ uri }) => {
      assert.match(await onTerminal(`put ${uri}/store/a 1`), /^2\.01 Created \(ETag [0-9a-f]+\)\r\n$/u);
      assert.equal(await onTerminal(`delete ${uri}/store/a`), "2.02 Deleted\r\n");
    });
  });

  it("a bar shows how far a body in blocks is", async () => {
    await withDemoServer(async ({ uri }) => {
      const shown = await onTerminal(`get ${uri}/large --output /dev/null`);
      assert.match(shown, /\d+ % of 1048576 bytes/u);
      const short = await onTerminal(`get ${uri}/hello --output /dev/null`);
      assert.equal(short, "");
    });
  });

  it("long silence is explained", async () => {
    const socket = createSocket("udp6");
    socket.bind(0, "::1");
    await once(socket, "listening");
    const shown = await onTerminal(`get coap://[::1]:${socket.address().port} --timeout 3.5`);
    socket.close();
    assert.match(
      shown,
      /^coapsule: no answer yet, still trying; Ctrl-C gives up\r\ncoapsule: no response .*\r\n$/u,
    );
  });
});
