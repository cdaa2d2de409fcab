import assert from "node:assert/strict";
import { codeClass } from "../../../../src/coap/codec/code.js";
import { OBSERVE } from "../../../../src/coap/codec/option-number.js";
import { bodyOf } from "../../ours/bodies.js";
import { withOurServer } from "../../ours/our-server.js";
import type { RecordedMessage } from "../../ours/recorder.js";
import { californiumRequests, withCaliforniumClient } from "./californium.js";
import { testOurServer } from "../../scenarios/our-server.js";

function isNotification({ direction, code, options }: RecordedMessage): boolean {
  return direction === "out" && codeClass(code) === 2 && options.has(OBSERVE);
}

testOurServer("Californium", californiumRequests);

describe("Californium's client with our server, further", () => {
  it("RFC 7641 §3.6, §4: notifications until the client deregisters", () =>
    withOurServer(async ({ uri, sample, endpoint, recorder }) => {
      const request = { method: "GET", uri: `${uri}/counter`, notifications: 4 } as const;
      await withCaliforniumClient(undefined, async (client) => {
        client.send(request);
        // The client does not acknowledge a notification that comes before it has looked at the first response.
        for (const known of [1, 2, 3]) {
          await client.answers(known);
          sample.count();
        }
        assert.deepEqual(
          (await client.answers(4)).map(({ payload }) => payload.toString()),
          ["0;", "1;", "2;", "3;"],
        );
        const deregistration = await recorder.waitFor(({ options }) => options.uint(OBSERVE) === 1);
        assert.deepEqual(deregistration.token, recorder.received[0]!.token);
      });
      sample.count();
      await endpoint.client.get(`${uri}/hello`);
      assert.equal(recorder.messages.filter(isNotification).length, 4);
    }));

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

  it("RFC 7959 §2.6: notifications in blocks", () =>
    withOurServer(async ({ uri, sample }) => {
      const sizes = [100, 3000, 50];
      sample.setSeries(sizes[0]!);
      const request = { method: "GET", uri: `${uri}/series`, notifications: sizes.length } as const;
      await withCaliforniumClient(undefined, async (client) => {
        client.send(request);
        for (const [index, size] of sizes.entries()) {
          const { payload } = (await client.answers(index + 1)).at(-1)!;
          assert.ok(payload.equals(bodyOf(size)));
          if (index + 1 < sizes.length) sample.setSeries(sizes[index + 1]!);
        }
      });
    }));
});
