import assert from "node:assert/strict";
import {
  listenTCP,
  listenTLS,
  listenWebSocket,
  nodePlatform,
  nodeTLS,
  websocketTransport,
} from "../../../../hosts/node/index.js";
import { resourceDirectory } from "../../../../src/applications/rd/feature.js";
import { time } from "../../../../src/applications/time/feature.js";

/** As plain JavaScript calls them. */
type Untyped = (options: object) => unknown;

describe("options that nobody would read", () => {
  for (const [name, make] of [
    ["nodePlatform", nodePlatform],
    ["nodeTLS", nodeTLS],
    ["websocketTransport", websocketTransport],
    ["time", time],
    ["resourceDirectory", resourceDirectory],
  ] as const)
    it(`${name} refuses them`, () => {
      assert.throws(() => (make as Untyped)({ storageDirectory: "data" }), {
        name: "TypeError",
        message: /storageDirectory/u,
      });
    });

  for (const [name, listen] of [
    ["listenTCP", listenTCP],
    ["listenTLS", listenTLS],
    ["listenWebSocket", listenWebSocket],
  ] as const)
    it(`${name} refuses them, and opens no port`, async () => {
      const options = { clientAuthority: "ca.pem" };
      await assert.rejects((listen as Untyped)(options) as Promise<unknown>, {
        name: "TypeError",
        message: /clientAuthority/u,
      });
    });
});
