import { describe, it, assert } from "../../../portable.js";
import { fromHex, toHex } from "../../../../src/bytes/hex.js";
import { MemoryKeyValue } from "../../../../src/storage/memory.js";
import { LATEST_PLAUSIBLE_MS } from "../../../../src/applications/time/estimator.js";
import { LastKnownTime, SAVE_INTERVAL_MS } from "../../../../src/applications/time/last-known-time.js";

const START_MS = 1_767_225_600_000;

function stored(keyValue: MemoryKeyValue): string | undefined {
  const value = keyValue.open({ path: "time" }).read("last");
  return value === undefined ? undefined : toHex(new Uint8Array(value));
}

describe("LastKnownTime", () => {
  it("knows nothing at first, and after a restart what was written", () => {
    const keyValue = new MemoryKeyValue();
    const first = new LastKnownTime(keyValue);
    assert.equal(first.unixMs, undefined);
    first.note(START_MS + 999, START_MS + 2000);
    first.close();
    // 1(1767225600)
    assert.equal(stored(keyValue), "c11a6955b900");
    assert.equal(new LastKnownTime(keyValue).unixMs, START_MS);
  });

  it("SAVE_INTERVAL_MS: writes again only when it has become that much later, restarts or not", () => {
    const keyValue = new MemoryKeyValue();
    new LastKnownTime(keyValue).note(START_MS, START_MS + 10);
    const first = stored(keyValue);
    const again = new LastKnownTime(keyValue);
    again.note(START_MS + SAVE_INTERVAL_MS - 1, START_MS + SAVE_INTERVAL_MS);
    assert.equal(stored(keyValue), first);
    again.note(START_MS + SAVE_INTERVAL_MS, START_MS + SAVE_INTERVAL_MS + 10);
    assert.equal(new LastKnownTime(keyValue).unixMs, START_MS + SAVE_INTERVAL_MS);
  });

  it("corrects a time that turns out to lie in the future", () => {
    const keyValue = new MemoryKeyValue();
    new LastKnownTime(keyValue).note(START_MS + 86_400_000, START_MS + 86_400_010);
    new LastKnownTime(keyValue).note(START_MS, START_MS + 10);
    assert.equal(new LastKnownTime(keyValue).unixMs, START_MS);
  });

  it("makes nothing of a value that it did not write", () => {
    for (const hex of [
      "",
      "00",
      "c1",
      "c120",
      "c1f93c00",
      "c11a6955b90000",
      "c21a6955b900",
      "ffff",
      "c11b001fffffffffffff",
    ]) {
      const keyValue = new MemoryKeyValue();
      keyValue.open({ path: "time" }).write("last", fromHex(hex));
      assert.equal(new LastKnownTime(keyValue).unixMs, undefined, hex);
    }
  });

  it("LATEST_PLAUSIBLE_MS: takes a time at the limit, and none past it", () => {
    for (const [ms, expected] of [
      [LATEST_PLAUSIBLE_MS, LATEST_PLAUSIBLE_MS],
      [LATEST_PLAUSIBLE_MS + 1000, undefined],
    ] as const) {
      const keyValue = new MemoryKeyValue();
      new LastKnownTime(keyValue).note(ms, Infinity);
      assert.equal(new LastKnownTime(keyValue).unixMs, expected);
    }
  });
});
