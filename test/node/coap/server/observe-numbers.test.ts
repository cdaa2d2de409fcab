import assert from "node:assert/strict";
import { Observers, type ObserversOptions } from "../../../../src/coap/server/observers.js";

describe("values of Observe", () => {
  it("RFC 7641 §4.4: are the low 24 bits of a number that grows by one", () => {
    // It counts without what notifications need.
    const observers = new Observers({} as ObserversOptions);
    let last = observers.nextSequence();
    let isWrong = false;
    for (let count = 0; count < 0x1000000; count += 1) {
      const next = observers.nextSequence();
      isWrong ||= next !== (last + 1) % 0x1000000;
      last = next;
    }
    assert.equal(isWrong, false);
  });
});
