import assert from "node:assert/strict";
import { withOurServer } from "../../ours/our-server.js";
import { isNotification } from "../../scenarios/our-server.js";
import { withCaliforniumClient } from "./californium.js";

describe("Californium's client with our server, further", () => {
  it("RFC 7641 §4.5: a notification that the client was not ready for is told again, with the newest state", () =>
    withOurServer(
      async ({ uri, sample, recorder }) => {
        const request = { method: "GET", uri: `${uri}/counter`, notifications: 2 } as const;
        await withCaliforniumClient(undefined, async (client) => {
          client.send(request);
          await recorder.waitFor(isNotification);
          sample.count();
          sample.count();
          const states = (await client.answers(2)).map(({ payload }) => payload.toString());
          assert.deepEqual([states[0], ["1;", "2;"].includes(states[1]!)], ["0;", true]);
        });
      },
      { parameters: { separateAckMs: 20, ackTimeoutMs: 200 } },
    ));
});
