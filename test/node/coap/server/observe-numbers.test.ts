import assert from "node:assert/strict";
import type { AmplificationPolicy } from "../../../../src/coap/messaging/amplification.js";
import type { EndpointContext } from "../../../../src/coap/messaging/endpoint-context.js";
import type { MessageSender } from "../../../../src/coap/messaging/messaging.js";
import { Observers } from "../../../../src/coap/server/observers.js";

describe("values of Observe", () => {
  it("RFC 7641 §4.4: are the low 24 bits of a number that grows by one", () => {
    // It counts without what notifications need.
    const observers = new Observers(
      {} as EndpointContext,
      {} as MessageSender,
      {} as AmplificationPolicy,
      () => Promise.resolve(undefined),
    );
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
