/** The figures of docs/storage.md, counted on the model of NOR flash. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { NorFlash, SeededRandom } from "../../../portable.js";
import { FlashKeyValue } from "../../../../src/storage/flash/key-value.js";

const DOCUMENT = readFileSync(new URL("../../../../../../docs/storage.md", import.meta.url), "utf8");
/** Erases that a block of NOR flash is good for. */
const CYCLES = 100_000;
const MINUTES_PER_YEAR = 60 * 24 * 365.25;
const DOMAIN = "figures";

interface Partition {
  readonly blocks: number;
  readonly blockLength: number;
}

/** A storage that is filled to a part of its capacity with values of one length. */
function makeFilled(partition: Partition, fill: number, valueBytes: number): Filled {
  const flash = new NorFlash({ ...partition, writeAlign: 4, random: new SeededRandom(1) });
  const store = new FlashKeyValue(flash, { maxChunks: Infinity });
  let keys = 0;
  for (; store.status.usedBytes < fill * store.status.capacityBytes; keys += 1)
    store.commit([{ domain: DOMAIN, key: `k${keys}`, value: new Uint8Array(valueBytes) }]);
  return { flash, store, keys };
}

interface Filled {
  readonly flash: NorFlash;
  readonly store: FlashKeyValue;
  readonly keys: number;
}

/** Bytes written to flash for each byte of a value, when random ones of all values are replaced. */
function bytesPerByte(fill: number, valueBytes: number): number {
  const { flash, store, keys } = makeFilled({ blocks: 6, blockLength: 4096 }, fill, valueBytes);
  const random = new SeededRandom(valueBytes);
  const replace = (count: number): void => {
    for (let step = 0; step < count; step += 1) {
      const key = `k${random.integer(0, keys - 1)}`;
      store.commit([{ domain: DOMAIN, key, value: new Uint8Array(valueBytes) }]);
    }
  };
  replace(500);
  const before = flash.bytesWritten;
  replace(2000);
  return (flash.bytesWritten - before) / (2000 * valueBytes);
}

/** Years until the first block is worn, when a counter of 8 bytes is written once a minute beside other values. */
function lifetimeYears(partition: Partition, fill: number): number {
  const { flash, store } = makeFilled(partition, fill, 100);
  const writes = (partition.blocks * partition.blockLength) / 4;
  const before = Math.max(...flash.wear);
  for (let step = 0; step < writes; step += 1)
    store.commit([{ domain: DOMAIN, key: "counter", value: new Uint8Array(8) }]);
  return (CYCLES / (Math.max(...flash.wear) - before)) * (writes / MINUTES_PER_YEAR);
}

function assertDocumented(row: string): void {
  // Columns are as wide as the table needs.
  assert.ok(DOCUMENT.replaceAll(/ +/gu, " ").includes(row), `expected in docs/storage.md: ${row}`);
}

describe("figures of storage in flash", function () {
  it("bytes of flash written for each byte stored", () => {
    for (const valueBytes of [8, 100, 1000]) {
      const columns = [0.25, 0.5, 0.75].map((fill) => bytesPerByte(fill, valueBytes).toFixed(1));
      assertDocumented(`| ${valueBytes} bytes | ${columns.join(" | ")} |`);
    }
  });

  it("years at one counter step a minute", () => {
    for (const [name, partition] of [
      ["6 blocks of 4 KiB", { blocks: 6, blockLength: 4096 }],
      ["16 blocks of 4 KiB", { blocks: 16, blockLength: 4096 }],
      ["3 blocks of 256 KiB", { blocks: 3, blockLength: 262_144 }],
    ] as const) {
      const columns = [0, 0.5, 0.75].map((fill) => String(Math.floor(lifetimeYears(partition, fill))));
      assertDocumented(`| ${name} | ${columns.join(" | ")} |`);
    }
  });
});
