import assert from "node:assert/strict";

import { withDemoServer } from "../../node/cli/demo-server.js";
import { LINUX, RISCV, type BoardRun } from "./boards.js";
import { prepareBoard } from "./prepared-board.js";

const FIRMWARE = "firmware/standard/xs.js";

/** The port at which the firmware says that it serves. */
async function portOf(device: BoardRun): Promise<string> {
  await device.printed(1);
  return device.lines[0]!.split(" ").at(-1)!;
}

for (const board of [LINUX, RISCV])
  describe(`the clock's last known time: ${board.name}`, function () {
    const prepared = prepareBoard(board, [FIRMWARE]);

    it("is where a device starts that was killed, and finds no server now", async () => {
      const { flash, start } = prepared;
      const firmware = (...args: string[]): BoardRun => start(flash, [FIRMWARE, "--port", "0", ...args]);
      await withDemoServer(async ({ client, uri }) => {
        const startS = Math.floor(Date.now() / 1000);
        const first = firmware("--time", `${uri}/time`);
        const statusAt = async (device: BoardRun): Promise<string> =>
          (await client.get(`coap://[::1]:${await portOf(device)}/time/status`)).text();
        await first.printed(2);
        assert.match(await statusAt(first), /^synchronized true$/m);
        await first.kill();
        const second = firmware();
        const status = await statusAt(second);
        await second.kill();
        assert.match(status, /^synchronized false$/m);
        const notBefore = /^not-before (.*)$/m.exec(status)![1]!;
        const lateS = Date.parse(notBefore) / 1000 - startS;
        assert.ok(lateS >= 0 && lateS <= 30, `${notBefore}, ${lateS} s after the start`);
      });
    });
  });
