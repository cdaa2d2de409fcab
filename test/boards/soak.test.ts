import assert from "node:assert/strict";
import { createSocket } from "node:dgram";

import { DEVICE_ARENA } from "../../hosts/arenas.js";
import { LONG_TEST_MS } from "../hang.js";
import { RunningFixture } from "./host.js";
import { liveBytes } from "./live-memory.js";

/** Days of virtual time; `make soak` asks for 30. */
const DAYS = Number(process.env["COAPSULE_SOAK_DAYS"] ?? 1);
const DAY_MINUTES = 24 * 60;
const GROWTH_BYTES = 256;

/** The number behind `word` in the next line that begins with it. */
async function said(device: RunningFixture, word: string): Promise<number> {
  return Number((await device.until(new RegExp(`^${word} (\\d+)$`)))[1]);
}

describe("XS host: a device that runs for long", function () {
  this.timeout(LONG_TEST_MS);

  it(`holds no more after ${DAYS} days of time polls and a request a minute than after an hour`, async () => {
    const device = new RunningFixture("soaked", [String(DAYS)], {
      host: ["--arena", String(DEVICE_ARENA)],
      timeLimitMs: LONG_TEST_MS,
    });
    const socket = createSocket("udp4");
    try {
      const port = await said(device, "port");
      assert.equal(await said(device, "answers"), 60);
      const early = await liveBytes(device);
      socket.send("go on", port, "127.0.0.1");
      assert.equal(await said(device, "answers"), DAYS * DAY_MINUTES);
      const late = await liveBytes(device);
      console.log(`      ${early} bytes live after an hour, ${late} after ${DAYS} days`);
      assert.ok(late <= early + GROWTH_BYTES, `${late} bytes live, ${early} after an hour`);
      socket.send("go on", port, "127.0.0.1");
      assert.equal(await device.code(), 0);
    } finally {
      socket.close();
      device.kill("SIGKILL");
    }
  });
});
