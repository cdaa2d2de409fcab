/** What docs/storage.md says of a mount, measured on the RISC-V board in QEMU, whose time passes by instructions. */

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { QEMU, qemuArguments } from "../../../hosts/node/devices/qemu/machine.js";
import { NorFlash } from "../../../simulators/flash/nor-flash.js";
import { SeededRandom } from "../../../simulators/random.js";
import { FlashKeyValue } from "../../../src/storage/flash/key-value.js";
import { runHost } from "../../../cli/testing/run-host.js";
import { pathOf } from "../runner/target.js";
import { fixture, RISCV } from "./boards.js";
import { prepareBoard } from "./prepared-board.js";

const DOCUMENT = readFileSync(new URL("../../../../../docs/storage.md", import.meta.url), "utf8");
const LIVE_BYTES = 65_536;
const FILE_BYTES = 33_554_432;
/** Of the board: hosts/xs/engine/limits.h. */
const PARTITION = { blocks: 3, blockLength: 262_144, writeAlign: 4 };
const MOUNTED = fixture("mounted");

interface Figures {
  readonly millionInstructions: number;
  /** Slots and chunks that a device holds for it. */
  readonly bytes: number;
}

/** A memory with 64 KiB in values of one length; each was written so often that the log is full, or once. */
function makeMemory(valueBytes: number, isLogFull: boolean): Uint8Array {
  const flash = new NorFlash({ ...PARTITION, random: new SeededRandom(1) });
  const store = new FlashKeyValue(flash);
  const values = LIVE_BYTES / valueBytes;
  const write = (number: number): void => {
    const value = new Uint8Array(valueBytes).fill(number);
    store.commit([{ domain: "values", key: `k${number % values}`, value }]);
  };
  for (let number = 0; number < values; number += 1) write(number);
  const logBytes = (PARTITION.blocks - 1) * PARTITION.blockLength;
  if (isLogFull) for (let number = 0; flash.bytesWritten < logBytes - 4096; number += 1) write(number);
  const memory = new Uint8Array(FILE_BYTES).fill(0xff);
  flash.read(memory.subarray(0, PARTITION.blocks * PARTITION.blockLength), 0);
  return memory;
}

describe("figures of a mount on RISC-V", function () {
  const image = pathOf("riscv", "coapsule-xs");
  const prepared = prepareBoard(RISCV, [MOUNTED]);

  async function run(what: "mount" | "none", keys: number): Promise<Figures> {
    const machine = {
      image,
      modules: join(prepared.folder, "modules.xsb"),
      args: ["--stats", MOUNTED, what],
      flash: prepared.flash,
      countInstructions: true,
    };
    const { stdout, stderr } = await runHost(QEMU, qemuArguments(machine));
    const [tookMs, found] = stdout.split("\n");
    assert.equal(found, `${keys} keys`, stderr);
    const live = /live slots \d+ \((\d+) bytes\), chunks (\d+)/.exec(stderr);
    return {
      // Of a nanosecond each.
      millionInstructions: Number(tookMs),
      bytes: Number(live?.[1]) + Number(live?.[2]),
    };
  }

  for (const [valueBytes, log] of [
    [128, "written once"],
    [512, "written once"],
    [512, "log full"],
  ] as const) {
    const values = LIVE_BYTES / valueBytes;
    it(`64 KiB in ${values} values of ${valueBytes} bytes, ${log}`, async () => {
      const row = new RegExp(
        `^\\| ${values} values of ${valueBytes} bytes +\\| ${log} +\\| (\\d+) +\\| (\\d+) `,
        "m",
      );
      const documented = row.exec(DOCUMENT);
      writeFileSync(prepared.flash, makeMemory(valueBytes, log === "log full"), { mode: 0o600 });
      const none = await run("none", 0);
      const mount = await run("mount", values);
      const bytes = mount.bytes - none.bytes;
      const measured = `measured ${mount.millionInstructions} million instructions, ${bytes} bytes`;
      for (const [index, figure] of [
        [1, mount.millionInstructions],
        [2, bytes],
      ] as const) {
        const said = Number(documented?.[index]);
        assert.ok(figure <= said && figure >= 0.8 * said, `${said} is documented, ${measured}`);
      }
    });
  }
});
