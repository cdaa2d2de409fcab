/**
 * What is read from storage at a start: another firmware may have written it, and a storage may give back less than it
 * was given. An input is a value; all that is stored is tried with it.
 */

import assert from "node:assert/strict";
import { concatBytes } from "../../../src/bytes/concat.js";
import { encodeUtf8 } from "../../../src/bytes/utf8.js";
import { Counter } from "../../../src/storage/counter.js";
import { MAX_VALUE_BYTES, StorageCorruptError, StorageFormatError } from "../../../src/storage/limits.js";
import { MemoryKeyValue } from "../../../src/storage/memory.js";
import { migrate, SCHEMA_KEY } from "../../../src/storage/schema.js";
import { LastKnownTime } from "../../../src/applications/time/last-known-time.js";
import { BootState } from "../../../src/applications/update/boot-state.js";
import { RegistrationStorage } from "../../../src/applications/rd/directory/storage.js";
import type { Target } from "../../target.js";

const DOMAIN = "time";
const SILENT = { log: (): void => undefined };

/** A registration as the directory stores it, behind its two bytes. */
const REGISTRATION = JSON.stringify({
  registration: {
    id: "1",
    ep: "node",
    lt: 60,
    base: "coap://[2001:db8::1]",
    hasExplicitBase: false,
    attributes: [["et", "x"]],
    document: "</temp>;rt=t",
    isSimple: false,
  },
  expiresAtUnixMs: 1_800_000_000_000,
});

/** Runs `open`, which may say that what is stored is not its own. @returns whether it is */
function takes(open: () => void): boolean {
  try {
    open();
    return true;
  } catch (error) {
    if (error instanceof StorageCorruptError || error instanceof StorageFormatError) return false;
    throw error;
  }
}

function withValue(key: string, value: Uint8Array): MemoryKeyValue {
  const keyValue = new MemoryKeyValue();
  keyValue.open({ path: DOMAIN }).write(key, value);
  return keyValue;
}

export const storedValues: Target<Uint8Array> = {
  name: "stored-values",
  errors: [],
  maxBytes: MAX_VALUE_BYTES,
  dictionary: [
    REGISTRATION,
    Uint8Array.of(1, 0, 1, 2, 1),
    Uint8Array.of(0xc1, 0x1a),
    Uint8Array.of(0xc1, 0x1b),
    '"expiresAtUnixMs":',
    "null",
    "[]",
    "1e999",
  ],
  parse(value) {
    takes(() => {
      const state = new BootState(withValue("boot", value).open({ path: DOMAIN }));
      assert.ok(state.boot() < state.slots && state.writable !== state.confirmed);
    });
    takes(() => {
      const storage = withValue("count", value).open({ path: DOMAIN });
      const number = new Counter(storage, "count").next();
      assert.ok(Number.isSafeInteger(number) && new Counter(storage, "count").next() > number);
    });
    takes(() => {
      const keyValue = withValue(SCHEMA_KEY, value);
      migrate({ open: (options) => keyValue.open(options), commit: () => undefined }, DOMAIN, []);
    });
    const time = new LastKnownTime(withValue("last", value));
    assert.ok(time.unixMs === undefined || time.unixMs >= 0);
    const directory = withValue("r1", value).open({ path: DOMAIN });
    for (const stored of new RegistrationStorage(directory, SILENT).load())
      new RegistrationStorage(directory, SILENT).save(stored);
    return value;
  },
  compose: (random) => concatBytes([Uint8Array.of(random.integer(0, 1), 0), encodeUtf8(REGISTRATION)]),
};
