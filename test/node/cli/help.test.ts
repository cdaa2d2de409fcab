import assert from "node:assert/strict";
import { assertUsageErrors, runCli } from "./run-cli.js";

const COMMANDS = [
  "get",
  "put",
  "post",
  "delete",
  "fetch",
  "patch",
  "ipatch",
  "observe",
  "discover",
  "ping",
  "serve",
  "rd",
  "device",
  "key",
  "completion",
];

describe("coapsule --help", () => {
  it("lists the commands and what the exit codes mean", async () => {
    const { code, stdout, stderr } = await runCli(["--help"]);
    assert.equal(code, 0);
    assert.equal(stderr, "");
    for (const command of COMMANDS) assert.match(stdout, new RegExp(`^  ${command} `, "mu"));
    for (const exitCode of [0, 1, 2, 3, 4, 5, 130])
      assert.match(stdout, new RegExp(`^  ${exitCode} +\\S`, "mu"));
  });

  it("has examples for each command", async () => {
    const results = await Promise.all(COMMANDS.map((command) => runCli([command, "--help"])));
    results.forEach(({ code, stdout }, index) => {
      assert.equal(code, 0);
      assert.match(stdout, new RegExp(`^Usage: coapsule ${COMMANDS[index]} `, "u"));
      assert.match(stdout, new RegExp(`^Examples:\n  \\$ coapsule ${COMMANDS[index]}`, "mu"));
    });
  });

  it("gives the version of the package", async () => {
    const { code, stdout } = await runCli(["--version"]);
    assert.equal(code, 0);
    assert.match(stdout, /^\d+\.\d+\.\d+\n$/u);
  });
});

describe("a command line that is wrong", () => {
  it("ends with 2 and says why, on standard error", async () => {
    const cases: readonly (readonly [args: readonly string[], reason: RegExp])[] = [
      [[], /^Usage: coapsule/u],
      [["gte"], /^coapsule: unknown command 'gte'\n\(Did you mean get\?\)/u],
      [["get"], /^coapsule get: missing required argument 'uri'/u],
      [["get", "localhost/time"], /^coapsule: expected a URI such as coap:\/\/.*, got localhost\/time\n$/u],
      [["get", "http://localhost/"], /^coapsule: http:\/\/localhost\/: expected/u],
      [["get", "coaps://localhost/"], /coaps, CoAP over DTLS, is not supported/u],
      [["get", "coap://[::1]:99999/"], /^coapsule: coap:\/\/\[::1\]:99999\/: expected a port/u],
      [["get", "coap://[ff02::fd%25lo]/"], /got that of a group/u],
      [["get", "coap://[::1]/", "more"], /too many arguments/u],
      [["get", "coap://[::1]/", "--block-size", "17"], /Expected 16, 32, 64, 128, 256, 512 or 1024/u],
      [["get", "coap://[::1]/", "--accept", "nothing"], /Expected a number from 0 to 65535 or a name/u],
      [["get", "coap://[::1]/", "--etag", "123"], /Expected 1 to 8 bytes in hexadecimal/u],
      [["get", "coap://[::1]/", "--timeout", "0"], /Expected seconds above 0/u],
      [["observe", "coap://[::1]/", "--count", "0"], /Expected a whole number from 1/u],
      [["serve", "--port", "65536"], /Expected a port from 0 to 65535/u],
      [["serve", "--amplification-factor", "-1"], /Expected a number from 0/u],
      [["device", "--engine", "v8"], /Allowed choices are xs, node/u],
      [["device", "--arena", "1000"], /Expected a number of bytes from 16384/u],
    ];
    await assertUsageErrors(cases);
  });
});
