// @ts-check
import assert from "node:assert/strict";
import { importsPointDown } from "../../../../tools/eslint/imports-point-down.js";
import { testRule } from "./rule-tester.js";
import { USES, layerOf, upwardImport } from "../../../../tools/eslint/layers.js";

describe("imports point down", () => {
  /** @type {[from: string, to: string][]} */
  const allowed = [
    ["src/ports/platform.ts", "src/ports/clock.ts"],
    ["src/bytes/hex.ts", "src/bytes/concat.ts"],
    ["src/bytes/hex.ts", "src/ports/platform.ts"],
    ["src/coap/endpoint.ts", "src/coap/server/site.ts"],
    ["src/coap/endpoint.ts", "src/coap/codec/message.ts"],
    ["src/coap/codec/message.ts", "src/bytes/utf8.ts"],
    ["src/coap/errors.ts", "src/coap/codec/code.ts"],
    ["src/coap/transport/slipmux/line.ts", "src/coap/errors.ts"],
    ["src/coap/messaging/message-layer.ts", "src/coap/transport/transport.ts"],
    ["src/coap/reliable/connection.ts", "src/coap/messaging/messaging.ts"],
    ["src/coap/requesting/request-layer.ts", "src/coap/bodies/block/transfer-terms.ts"],
    ["src/coap/server/server.ts", "src/coap/requesting/notifier.ts"],
    ["src/coap/client/client.ts", "src/coap/requesting/request-layer.ts"],
    ["src/coap/bodies/qblock/client/client.ts", "src/coap/client/requester.ts"],
    ["src/coap/bodies/qblock/q-block.ts", "src/coap/bodies/qblock/server/server.ts"],
    ["src/coap/cache/caching-client.ts", "src/coap/client/client.ts"],
    ["src/security/oscore/layer/oscore.ts", "src/security/oscore/errors.ts"],
    ["src/security/edhoc/combined/combined-requests.ts", "src/security/oscore/layer/outer-blocks.ts"],
    ["src/security/edhoc/codec/ead.ts", "src/security/edhoc/errors.ts"],
    ["src/security/edhoc/coap/server.ts", "src/coap/endpoint.ts"],
    ["src/applications/time/client.ts", "src/coap/endpoint.ts"],
    ["src/applications/time/client.ts", "src/cbor/reader.ts"],
    ["src/applications/time/client.ts", "src/feature.ts"],
    ["src/device.ts", "src/feature.ts"],
    ["src/device.ts", "src/applications/time/client.ts"],
    ["src/image.ts", "src/device.ts"],
    ["src/index.ts", "src/image.ts"],
    ["firmware/standard.ts", "src/image.ts"],
    ["firmware/standard.ts", "src/applications/time/feature.ts"],
    ["hosts/node/images/compile.ts", "firmware/standard.ts"],
    ["hosts/node/udp.ts", "hosts/xs/modules/archive.ts"],
    ["hosts/esp32/udp.ts", "hosts/xs/natives/udp.ts"],
    ["test/portable/firmware.test.ts", "firmware/standard.ts"],
    ["hosts/node/udp.ts", "src/ports/platform.ts"],
    ["services/time/server.ts", "hosts/node/index.ts"],
    ["simulators/world.ts", "services/time/server.ts"],
    ["cli/run.ts", "simulators/world.ts"],
    ["test/portable/bytes/hex.test.ts", "src/bytes/hex.ts"],
    ["test/portable/bytes/hex.test.ts", "test/portable.ts"],
    ["test/portable/bytes/hex.test.ts", "test/portable/vectors/cbor-time.ts"],
    ["test/portable.ts", "simulators/world.ts"],
    ["test/node/cli/run.test.ts", "cli/run.ts"],
    ["test/node/cli/run.test.ts", "test/portable/spoilt.ts"],
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
    ["src/coap/errors.ts", "src/coap/client/client.ts", "src/coap", "src/coap/client"],
    ["src/coap/errors.ts", "src/coap/endpoint.ts", "src/coap", "src/coap/endpoint.ts"],
    ["src/coap/transport/udp.ts", "src/coap/messaging/peer.ts", "src/coap/transport", "src/coap/messaging"],
    [
      "src/coap/messaging/peer.ts",
      "src/coap/bodies/block/block.ts",
      "src/coap/messaging",
      "src/coap/bodies/block",
    ],
    ["src/coap/messaging/peer.ts", "src/coap/reliable/signal.ts", "src/coap/messaging", "src/coap/reliable"],
    ["src/coap/bodies/block/block.ts", "src/coap/server/site.ts", "src/coap/bodies/block", "src/coap/server"],
    ["src/coap/requesting/token.ts", "src/coap/client/client.ts", "src/coap/requesting", "src/coap/client"],
    ["src/coap/server/server.ts", "src/coap/client/client.ts", "src/coap/server", "src/coap/client"],
    [
      "src/coap/client/client.ts",
      "src/coap/bodies/qblock/q-block.ts",
      "src/coap/client",
      "src/coap/bodies/qblock",
    ],
    ["src/coap/cache/caching-client.ts", "src/coap/endpoint.ts", "src/coap/cache", "src/coap/endpoint.ts"],
    ["src/coap/endpoint.ts", "src/security/oscore/errors.ts", "src/coap/endpoint.ts", "src/security/oscore"],
    [
      "src/security/oscore/errors.ts",
      "src/security/edhoc/errors.ts",
      "src/security/oscore",
      "src/security/edhoc",
    ],
    [
      "src/security/oscore/message/option-class.ts",
      "src/security/oscore/layer/oscore.ts",
      "src/security/oscore/message",
      "src/security/oscore/layer",
    ],
    [
      "src/security/edhoc/coap/establish.ts",
      "src/security/edhoc/combined/combined-requests.ts",
      "src/security/edhoc/coap",
      "src/security/edhoc/combined",
    ],
    [
      "src/coap/endpoint.ts",
      "src/applications/time/client.ts",
      "src/coap/endpoint.ts",
      "src/applications/time",
    ],
    ["src/coap/endpoint.ts", "src/device.ts", "src/coap/endpoint.ts", "src/device"],
    [
      "src/applications/time/client.ts",
      "src/applications/update/client.ts",
      "src/applications/time",
      "src/applications/update",
    ],
    ["src/applications/time/client.ts", "src/device.ts", "src/applications/time", "src/device"],
    ["src/device.ts", "src/index.ts", "src/device", "src/index.ts"],
    ["src/device.ts", "src/image.ts", "src/device", "src/image"],
    ["src/index.ts", "firmware/standard.ts", "src/index.ts", "firmware"],
    ["firmware/standard.ts", "hosts/node/udp.ts", "firmware", "hosts/node"],
    ["src/device.ts", "hosts/node/udp.ts", "src/device", "hosts/node"],
    ["src/applications/time/client.ts", "simulators/world.ts", "src/applications/time", "simulators"],
    ["src/applications/time/client.ts", "services/time/server.ts", "src/applications/time", "services"],
    ["src/applications/time/client.ts", "cli/run.ts", "src/applications/time", "cli"],
    ["hosts/node/udp.ts", "hosts/esp32/udp.ts", "hosts/node", "hosts/esp32"],
    ["hosts/xs/platform.ts", "hosts/node/udp.ts", "hosts/xs", "hosts/node"],
    ["hosts/node/udp.ts", "services/time/server.ts", "hosts/node", "services"],
    ["hosts/xs/runner.ts", "test/portable/spoilt.ts", "hosts/xs", "test/portable"],
    ["services/time/server.ts", "simulators/world.ts", "services", "simulators"],
    ["simulators/world.ts", "cli/run.ts", "simulators", "cli"],
    ["cli/run.ts", "fuzz/fuzzer.ts", "cli", "fuzz"],
    ["cli/run.ts", "test/portable/spoilt.ts", "cli", "test/portable"],
    ["test/portable/bytes/hex.test.ts", "simulators/world.ts", "test/portable", "simulators"],
    ["test/portable/bytes/hex.test.ts", "hosts/node/udp.ts", "test/portable", "hosts/node"],
    ["test/portable.ts", "cli/run.ts", "test/portable", "cli"],
  ];
  for (const [from, to, nameOfFrom, nameOfTo] of forbidden)
    it(`${from} must not import ${to}`, () => {
      const broken = upwardImport(from, to);
      assert.deepEqual([broken?.from.name, broken?.to.name], [nameOfFrom, nameOfTo]);
    });

  it("an application may import another one that the table names for it, and that one not the first", () => {
    const uses = { "src/applications/lwm2m": ["src/applications/update"] };
    const lwm2m = "src/applications/lwm2m/client.ts";
    const update = "src/applications/update/slot-updater.ts";
    assert.equal(upwardImport(lwm2m, update, uses), undefined);
    assert.equal(upwardImport(update, lwm2m, uses)?.to.name, "src/applications/lwm2m");
    assert.equal(
      upwardImport(lwm2m, "src/applications/time/client.ts", uses)?.to.name,
      "src/applications/time",
    );
    assert.equal(
      upwardImport("src/applications/time/client.ts", update, uses)?.to.name,
      "src/applications/update",
    );
  });

  it("the table names no layer of another rank", () => {
    const uses = { "src/applications/time": ["src/device", "hosts/node"] };
    const broken = upwardImport("src/applications/time/client.ts", "src/device.ts", uses);
    assert.equal(broken?.to.name, "src/device");
  });

  it("nobody is used by one that it uses, over others or not", () => {
    /** @param {string} name @param {readonly string[]} above */
    const descend = (name, above) => {
      assert.ok(!above.includes(name), [...above, name].join(" → "));
      for (const used of USES[name] ?? []) descend(used, [...above, name]);
    };
    assert.ok(Object.keys(USES).length > 0);
    for (const name of Object.keys(USES)) descend(name, []);
  });

  it("all that the table names are layers of one rank", () => {
    for (const [user, used] of Object.entries(USES))
      for (const name of used) {
        assert.equal(layerOf(`${name}/a.ts`)?.name, name);
        assert.equal(layerOf(`${name}/a.ts`)?.rank, layerOf(`${user}/a.ts`)?.rank);
      }
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
    {
      path: "src/applications/time/client.ts",
      code: 'import { a } from "../rd/feature.js";',
      errors: ["beside"],
    },
    { path: "hosts/xs/run.ts", code: 'import { a } from "../node/udp.js";', errors: ["beside"] },
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
