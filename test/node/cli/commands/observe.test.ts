import assert from "node:assert/strict";
import { NODE_LIMITS } from "../../../../hosts/node/limits.js";
import { nodePlatform } from "../../../../hosts/node/platform.js";
import { Endpoint } from "../../../../src/coap/endpoint.js";
import { qBlock } from "../../../../src/coap/bodies/qblock/q-block.js";
import { text } from "../../../../src/coap/server/response.js";
import { Site } from "../../../../src/coap/server/site.js";
import { withDemoServer } from "../demo-server.js";
import { RunningCli, runCli } from "../run-cli.js";

const REGISTRATION = '0 GET Observe 0 Uri-Path "counter"';
/** RFC 7641 §3.6. */
const DEREGISTRATION = '0 GET Observe 1 Uri-Path "counter"';

describe("coapsule observe", () => {
  it("shows states on lines, and cancels after --count (RFC 7641 §3.6)", async () => {
    await withDemoServer(async ({ uri, received }) => {
      const { code, stdout } = await runCli(["observe", `${uri}/counter`, "--count", "3"]);
      assert.equal(code, 0);
      const [first = NaN, ...rest] = stdout.trimEnd().split("\n").map(Number);
      assert.deepEqual(rest, [first + 1, first + 2]);
      assert.equal(received[0], REGISTRATION);
      assert.equal(received.at(-1), DEREGISTRATION);
    });
  });

  it("cancels on Ctrl-C: the server is told, the exit code is 130", async () => {
    await withDemoServer(async ({ uri, received }) => {
      const cli = new RunningCli("main", ["observe", `${uri}/counter`]);
      await cli.until(/^\d+\n\d+\n/u);
      cli.kill("SIGINT");
      const { code, stderr } = await cli.result();
      assert.equal(code, 130);
      assert.equal(stderr, "");
      assert.equal(received.filter((line) => line === DEREGISTRATION).length, 1);
    });
  });

  it("cancels when nobody reads any more", async () => {
    await withDemoServer(async ({ uri, received }) => {
      const cli = new RunningCli("main", ["observe", `${uri}/counter`]);
      await cli.until(/^\d+\n/u);
      cli.closeOutput();
      assert.equal((await cli.result()).code, 141);
      assert.equal(received.at(-1), DEREGISTRATION);
    });
  });

  it("writes states as they are with --raw", async () => {
    await withDemoServer(async ({ uri }) => {
      const { stdout } = await runCli(["observe", `${uri}/counter`, "--count", "2", "--raw"]);
      assert.match(stdout, /^\d+$/u);
    });
  });

  it("RFC 9177 §4.5: takes states in blocks that it does not wait for, with --q-block", async () => {
    const state = "0123456789abcdef".repeat(200);
    const site = new Site();
    site.add("large", { observable: true, get: () => text(state) });
    const server = new Endpoint(nodePlatform(), { port: 0, site, limits: NODE_LIMITS, qBlock: qBlock() });
    try {
      const uri = `coap://[::1]:${server.port}/large`;
      const flags = ["--count", "1", "--q-block", "--raw", "-v"];
      const { code, stdout, stderr } = await runCli(["observe", uri, ...flags]);
      assert.deepEqual([code, stdout], [0, state]);
      assert.match(stderr, /^> .*Observe 0, .*Q-Block2 0\/1\/1024$/mu);
      assert.match(stderr, /^< .*Observe 2, .*Q-Block2 3\/0\/1024, 128 bytes$/mu);
    } finally {
      server.close();
    }
  });

  it("shows the state of what cannot be observed, and ends with 1", async () => {
    await withDemoServer(async ({ uri }) => {
      const { code, stdout, stderr } = await runCli(["observe", `${uri}/hello`]);
      assert.equal(code, 1);
      assert.equal(stdout, "Hello, Coapsule\n");
      assert.match(stderr, /^coapsule: .*\/hello cannot be observed/u);
    });
  });

  it("ends with 4 where there is nothing", async () => {
    await withDemoServer(async ({ uri }) => {
      assert.equal((await runCli(["observe", `${uri}/nowhere`])).code, 4);
    });
  });
});
