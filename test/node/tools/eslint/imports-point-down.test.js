// @ts-check
import assert from "node:assert/strict";
import { importsPointDown } from "../../../../tools/eslint/imports-point-down.js";
import { testRule } from "./rule-tester.js";
import { upwardImport } from "../../../../tools/eslint/layers.js";

describe("imports point down", () => {
  /** @type {[from: string, to: string][]} */
  const allowed = [
    ["src/ports/platform.ts", "src/ports/clock.ts"],
    ["src/bytes/hex.ts", "src/bytes/concat.ts"],
    ["src/bytes/hex.ts", "src/ports/platform.ts"],
    ["src/coap/endpoint.ts", "src/coap/server/site.ts"],
    ["src/coap/endpoint.ts", "src/coap/codec/message.ts"],
    ["src/coap/codec/message.ts", "src/bytes/utf8.ts"],
    ["src/applications/time/client.ts", "src/coap/endpoint.ts"],
    ["src/applications/time/client.ts", "src/cbor/reader.ts"],
    ["src/applications/time/client.ts", "src/feature.ts"],
    ["src/device.ts", "src/feature.ts"],
    ["src/device.ts", "src/applications/time/client.ts"],
    ["src/main.ts", "src/device.ts"],
    ["src/index.ts", "src/main.ts"],
    ["hosts/node/udp.ts", "src/ports/platform.ts"],
    ["services/time/server.ts", "hosts/node/index.ts"],
    ["simulators/world.ts", "services/time/server.ts"],
    ["cli/run.ts", "simulators/world.ts"],
    ["test/portable/bytes/hex.test.ts", "src/bytes/hex.ts"],
    ["test/portable/bytes/hex.test.ts", "test/portable.ts"],
    ["test/portable/bytes/hex.test.ts", "test/portable/vectors/cbor-time.ts"],
    ["test/portable.ts", "simulators/world.ts"],
    ["test/node/cli/run.test.ts", "cli/run.ts"],
    ["test/node/cli/run.test.ts", "test/portable/assert.ts"],
    ["fuzz/targets/rd/registration.ts", "src/applications/rd/directory/parameters.ts"],
    ["test/node/fuzz/fuzzer.test.ts", "fuzz/fuzzer.ts"],
    ["bench/codec.ts", "cli/run.ts"],
  ];
  for (const [from, to] of allowed)
    it(`${from} may import ${to}`, () => {
      assert.equal(upwardImport(from, to), undefined);
    });

  /** @type {[from: string, to: string, nameOfFrom: string, nameOfTo: string][]} */
  const forbidden = [
    ["src/ports/platform.ts", "src/bytes/hex.ts", "src/ports", "src/bytes"],
    ["src/bytes/hex.ts", "src/cbor/reader.ts", "src/bytes", "src/cbor"],
    ["src/cbor/reader.ts", "src/storage/limits.ts", "src/cbor", "src/storage"],
    ["src/coap/codec/message.ts", "src/coap/errors.ts", "src/coap/codec", "src/coap"],
    ["src/coap/endpoint.ts", "src/applications/time/client.ts", "src/coap", "src/applications/time"],
    ["src/coap/endpoint.ts", "src/device.ts", "src/coap", "src/device"],
    [
      "src/applications/time/client.ts",
      "src/applications/update/client.ts",
      "src/applications/time",
      "src/applications/update",
    ],
    ["src/applications/time/client.ts", "src/device.ts", "src/applications/time", "src/device"],
    ["src/device.ts", "src/index.ts", "src/device", "src/index.ts"],
    ["src/device.ts", "hosts/node/udp.ts", "src/device", "hosts/node"],
    ["src/applications/time/client.ts", "simulators/world.ts", "src/applications/time", "simulators"],
    ["src/applications/time/client.ts", "services/time/server.ts", "src/applications/time", "services"],
    ["src/applications/time/client.ts", "cli/run.ts", "src/applications/time", "cli"],
    ["hosts/node/udp.ts", "hosts/xs/platform.ts", "hosts/node", "hosts/xs"],
    ["hosts/node/udp.ts", "services/time/server.ts", "hosts/node", "services"],
    ["hosts/xs/runner.ts", "test/portable/registry.ts", "hosts/xs", "test/portable"],
    ["services/time/server.ts", "simulators/world.ts", "services", "simulators"],
    ["simulators/world.ts", "cli/run.ts", "simulators", "cli"],
    ["cli/run.ts", "fuzz/fuzzer.ts", "cli", "fuzz"],
    ["cli/run.ts", "test/portable/assert.ts", "cli", "test/portable"],
    ["test/portable/bytes/hex.test.ts", "simulators/world.ts", "test/portable", "simulators"],
    ["test/portable/bytes/hex.test.ts", "hosts/node/udp.ts", "test/portable", "hosts/node"],
    ["test/portable.ts", "cli/run.ts", "test/portable", "cli"],
  ];
  for (const [from, to, nameOfFrom, nameOfTo] of forbidden)
    it(`${from} must not import ${to}`, () => {
      const broken = upwardImport(from, to);
      assert.deepEqual([broken?.from.name, broken?.to.name], [nameOfFrom, nameOfTo]);
    });
});

const path = "src/coap/endpoint.ts";
testRule("coapsule/imports-point-down", importsPointDown, {
  valid: [
    { path, code: 'import { parse } from "./codec/message.js";' },
    { path, code: 'import type { Platform } from "../ports/platform.js";' },
    { path, code: 'export { a } from "../bytes/hex.js"; export const b = 1;' },
    { path: "cli/main.ts", code: 'import { Command } from "commander";' },
  ],
  invalid: [
    { path, code: 'import { time } from "../applications/time/client.js";', errors: ["upward"] },
    { path, code: 'import type { Time } from "../applications/time/client.js";', errors: ["upward"] },
    { path, code: 'export { time } from "../applications/time/client.js";', errors: ["upward"] },
    { path, code: 'export * from "../applications/time/client.js";', errors: ["upward"] },
    { path, code: 'await import("../applications/time/client.js");', errors: ["upward"] },
    { path, code: 'type Time = import("../applications/time/client.js").Time;', errors: ["upward"] },
    {
      path: "src/ports/platform.ts",
      code: 'import { udp } from "../../hosts/node/udp.js";',
      errors: ["upward"],
    },
  ],
});
