/** Registrations of 20 KB and of a megabyte in storage: more than fits the memory of a device. */

import assert from "node:assert/strict";
import { MAX_PARTS, RegistrationStorage } from "../../../../../src/applications/rd/directory/storage.js";
import type { Registration } from "../../../../../src/applications/rd/directory/registration.js";
import { MemoryKeyValue } from "../../../../../src/storage/memory.js";

/** A registration whose document has so many bytes. */
function registration(documentBytes: number): Registration {
  return {
    id: "0badcafe",
    ep: "node1",
    lt: 600,
    base: "coap://h",
    hasExplicitBase: true,
    attributes: [["et", "a"]],
    document: "x".repeat(documentBytes),
    isSimple: false,
  };
}

function open(keyValue: MemoryKeyValue): RegistrationStorage {
  return new RegistrationStorage(keyValue.open({ path: "rd" }), { log: () => undefined });
}

function keys(keyValue: MemoryKeyValue): string[] {
  return [...{ [Symbol.iterator]: () => keyValue.open({ path: "rd" })[Symbol.iterator]() }];
}

describe("a directory's storage of long registrations", () => {
  it("keeps what is longer than a value, replaces and removes it whole", () => {
    const keyValue = new MemoryKeyValue();
    const storage = open(keyValue);
    for (const bytes of [9000, 100, 5000, 20_000]) {
      storage.save({ registration: registration(bytes), expiresAtUnixMs: 7 });
      const [loaded] = open(keyValue).load();
      assert.deepEqual(loaded, { registration: registration(bytes), expiresAtUnixMs: 7 });
    }
    storage.delete("0badcafe");
    storage.delete("0badcafe");
    assert.deepEqual(keys(keyValue), []);
  });

  it("MAX_PARTS: keeps so many values of one registration, and no more", () => {
    const keyValue = new MemoryKeyValue({ maxBytes: 3_000_000 });
    const storage = open(keyValue);
    const overhead = JSON.stringify({ registration: registration(0) }).length;
    const most = (MAX_PARTS + 1) * 4000 - 2 - overhead;
    storage.save({ registration: registration(most) });
    assert.equal(keys(keyValue).length, MAX_PARTS + 1);
    assert.throws(() => storage.save({ registration: registration(most + 1) }), RangeError);
    assert.equal(open(keyValue).load()[0]?.registration.document.length, most);
  });
});
