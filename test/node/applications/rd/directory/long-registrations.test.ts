/** Registrations of 20 KB and of a megabyte in storage: more than fits the memory of a device. */

import assert from "node:assert/strict";
import { MAX_PARTS } from "../../../../../src/applications/rd/directory/storage.js";
import { MemoryKeyValue } from "../../../../../src/storage/memory.js";
import {
  openRegistrations,
  registration,
  storedKeys,
} from "../../../../portable/applications/rd/directory/stored-registrations.js";

describe("a directory's storage of long registrations", () => {
  it("keeps what is longer than a value, replaces and removes it whole", () => {
    const keyValue = new MemoryKeyValue();
    const storage = openRegistrations(keyValue);
    for (const bytes of [9000, 100, 5000, 20_000]) {
      storage.save({ registration: registration(bytes), expiresAtUnixMs: 7 });
      const [loaded] = openRegistrations(keyValue).load();
      assert.deepEqual(loaded, { registration: registration(bytes), expiresAtUnixMs: 7 });
    }
    storage.delete("0badcafe");
    storage.delete("0badcafe");
    assert.deepEqual(storedKeys(keyValue), []);
  });

  it("MAX_PARTS: keeps so many values of one registration, and no more", () => {
    const keyValue = new MemoryKeyValue({ maxBytes: 3_000_000 });
    const storage = openRegistrations(keyValue);
    const overhead = JSON.stringify({ registration: registration(0) }).length;
    const most = (MAX_PARTS + 1) * 4000 - 2 - overhead;
    storage.save({ registration: registration(most) });
    assert.equal(storedKeys(keyValue).length, MAX_PARTS + 1);
    assert.throws(() => storage.save({ registration: registration(most + 1) }), RangeError);
    assert.equal(openRegistrations(keyValue).load()[0]?.registration.document.length, most);
  });
});
