import assert from "node:assert/strict";
import { startTimeServer } from "../../../services/time-server.js";
import { World } from "../../../simulators/world.js";
import { Endpoint } from "../../../src/coap/endpoint.js";
import { RefusedError } from "../../../src/coap/errors.js";
import { WallClock } from "../../../src/applications/time/source.js";

describe("the time server", () => {
  it("'Everything over CoAP' §2.6: serves the time at /time, and nothing once it is closed", async () => {
    const world = new World({ seed: 1 });
    const source = new WallClock(() => 1_700_000_000_000);
    const server = startTimeServer(world.host("fd00::1"), source, { port: 5684 });
    const { client } = new Endpoint(world.host("fd00::2"));
    const response = await world.time.until(client.get("coap://[fd00::1]:5684/time"));
    assert.equal(response.text(), "1700000000");
    assert.equal(response.maxAge, 0);
    server.close();
    const unanswered = client.get("coap://[fd00::1]:5684/time");
    await assert.rejects(world.time.until(unanswered), RefusedError);
  });
});
