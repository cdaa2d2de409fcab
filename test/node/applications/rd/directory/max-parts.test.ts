/** The longest registration that is stored: more than a megabyte, which no device has in memory. */

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

describe("a directory's storage, to its limit", () => {
  it("MAX_PARTS: keeps so many values of one registration, and no more", () => {
    const keyValue = new MemoryKeyValue({ maxBytes: 3_000_000 });
    const storage = open(keyValue);
    const overhead = JSON.stringify({ registration: registration(0) }).length;
    const most = (MAX_PARTS + 1) * 4000 - 2 - overhead;
    storage.save({ registration: registration(most) });
    assert.equal(
      [...{ [Symbol.iterator]: () => keyValue.open({ path: "rd" })[Symbol.iterator]() }].length,
      MAX_PARTS + 1,
    );
    assert.throws(() => storage.save({ registration: registration(most + 1) }), RangeError);
    assert.equal(open(keyValue).load()[0]?.registration.document.length, most);
  });
});
