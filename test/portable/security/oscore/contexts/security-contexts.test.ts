import { StoredState } from "../../../../../src/security/oscore/contexts/context-state.js";
import {
  MAX_CONTEXTS,
  SecurityContexts,
} from "../../../../../src/security/oscore/contexts/security-contexts.js";
import { SecurityContextError } from "../../../../../src/security/oscore/errors.js";
import { MemoryKeyValue } from "../../../../../src/storage/memory.js";
import { SeededRandom, assert, describe, hostCrypto, it } from "../../../../portable.js";
import { CLIENT_PARAMETERS } from "../layer/protected-lab.js";

const OTHER = { ...CLIENT_PARAMETERS, senderId: Uint8Array.of(7) };

describe("OSCORE security contexts", () => {
  it("RFC 8613 §3.3: keys that are in use already are refused", () => {
    const contexts = new SecurityContexts(hostCrypto());
    contexts.add("one", CLIENT_PARAMETERS);
    assert.throws(() => contexts.add("other", CLIENT_PARAMETERS), SecurityContextError, "those of one");
    const sameSender = { ...CLIENT_PARAMETERS, recipientId: Uint8Array.of(9) };
    assert.throws(() => contexts.add("other", sameSender), SecurityContextError, "those of one");
    contexts.add("other", OTHER);
    contexts.add("named", { ...CLIENT_PARAMETERS, idContext: Uint8Array.of(1) });
    contexts.add("salted", { ...CLIENT_PARAMETERS, masterSalt: Uint8Array.of(1) });
    assert.equal(contexts.size, 4);
  });

  it("a name stands for one context, until it is removed", () => {
    const contexts = new SecurityContexts(hostCrypto());
    contexts.add("one", CLIENT_PARAMETERS);
    assert.throws(() => contexts.add("one", OTHER), SecurityContextError, "name");
    contexts.remove("one");
    contexts.remove("one");
    assert.equal(contexts.get("one"), undefined);
    assert.deepEqual(contexts.find(CLIENT_PARAMETERS.recipientId, undefined), []);
    contexts.add("one", OTHER);
    assert.equal(contexts.find(OTHER.recipientId, undefined).length, 1);
  });

  it(`takes ${MAX_CONTEXTS} contexts, or as many as it is told, and not one more`, () => {
    const contexts = new SecurityContexts(hostCrypto(), 2);
    contexts.add("one", CLIENT_PARAMETERS);
    contexts.addRenewed("two", OTHER, new SeededRandom(1));
    assert.throws(
      () => contexts.addRenewed("three", OTHER, new SeededRandom(1)),
      SecurityContextError,
      "limit of 2",
    );
  });

  it("RFC 8613 §5.1: with a kid context, those with that ID Context are found", () => {
    const contexts = new SecurityContexts(hostCrypto());
    const named = { ...CLIENT_PARAMETERS, idContext: Uint8Array.of(1, 2) };
    contexts.add("plain", CLIENT_PARAMETERS);
    contexts.add("named", named);
    const find = (kidContext?: Uint8Array): string[] =>
      contexts.find(CLIENT_PARAMETERS.recipientId, kidContext).map(({ name }) => name);
    assert.deepEqual(find(), ["plain", "named"]);
    assert.deepEqual(find(Uint8Array.of(1, 2)), ["named"]);
    assert.deepEqual(find(Uint8Array.of(1)), []);
  });

  it("RFC 8613 §B.1.1: a stored state reserves numbers before they are used, and knows that it was in use", () => {
    const keyValue = new MemoryKeyValue();
    const storage = keyValue.open({ path: "oscore" });
    const first = new StoredState(storage, "peer", 5);
    assert.ok(!first.wasUsed);
    first.markUsed();
    assert.equal(first.next(), 1);
    const second = new StoredState(storage, "peer", 5);
    assert.ok(second.wasUsed);
    second.markUsed();
    assert.equal(second.next(), 5);
  });
});
