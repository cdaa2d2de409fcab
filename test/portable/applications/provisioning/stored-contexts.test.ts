import type { ContextParameters } from "../../../../src/security/oscore/context/parameters.js";
import { stateKeyOf } from "../../../../src/security/oscore/contexts/state-key.js";
import type { Crypto } from "../../../../src/ports/crypto.js";
import type { KeyValue } from "../../../../src/ports/key-value.js";
import type { CryptoPlatform } from "../../../../src/ports/platform.js";
import { encodeContext } from "../../../../src/applications/provisioning/context-record.js";
import {
  KEYS_DOMAIN,
  MAX_STORED_CONTEXTS,
  STATE_DOMAIN,
  contextTable,
  openStoredContexts,
} from "../../../../src/applications/provisioning/stored-contexts.js";
import { MemoryKeyValue } from "../../../../src/storage/memory.js";
import { World, assert, describe, hostCrypto, it } from "../../../portable.js";
import { CLIENT_PARAMETERS } from "../../security/oscore/layer/protected-lab.js";

/** A device with that storage, and what its console shows. */
class Fixture {
  readonly lines: string[] = [];
  readonly keyValue: KeyValue;

  constructor(keyValue: KeyValue = new MemoryKeyValue()) {
    this.keyValue = keyValue;
  }

  /** Stores contexts with these Sender IDs. */
  give(...senderIds: readonly number[]): void {
    const table = contextTable(this.keyValue.open({ path: KEYS_DOMAIN }));
    for (const id of senderIds) table.add(encodeContext(withSender(id)));
  }

  open(crypto: Crypto = hostCrypto()): ReturnType<typeof openStoredContexts> {
    const { udp, timers, clock, random } = new World({ seed: 1 }).host("fd00::1");
    const console = { log: (line: string): void => void this.lines.push(line) };
    const platform: CryptoPlatform = { udp, timers, clock, random, console, keyValue: this.keyValue, crypto };
    return openStoredContexts(platform);
  }
}

function withSender(id: number): ContextParameters {
  return { ...CLIENT_PARAMETERS, senderId: Uint8Array.of(id) };
}

describe("security contexts that a device was given", () => {
  it("are those in its storage, by the keys of their rows", () => {
    const device = new Fixture();
    assert.equal(device.open().size, 0);
    device.give(2, 3);
    const contexts = device.open();
    assert.equal(contexts.size, 2);
    assert.deepEqual(contexts.get("context.1")?.security.parameters.senderId, Uint8Array.of(3));
    assert.deepEqual(device.lines, []);
  });

  it("RFC 8613 §B.1.1: go on after the sequence numbers that were used, whichever row they are in", () => {
    const device = new Fixture();
    device.give(2);
    const first = device.open().get("context.0")!;
    assert.deepEqual([first.security.nextPartialIv(), first.security.nextPartialIv()], [0, 1]);
    contextTable(device.keyValue.open({ path: KEYS_DOMAIN })).delete(0);
    device.give(3, 2);
    const contexts = device.open();
    assert.equal(contexts.get("context.0")!.security.nextPartialIv(), 0);
    assert.equal(contexts.get("context.1")!.security.nextPartialIv(), 64);
  });

  it("what cannot be used is left out, and said without what is in it", () => {
    const device = new Fixture();
    device.give(2, 1, 3, 2, 4);
    const keys = device.keyValue.open({ path: KEYS_DOMAIN });
    keys.write("context.2", Uint8Array.of(0xa1));
    const states = device.keyValue.open({ path: STATE_DOMAIN });
    states.write(stateKeyOf(hostCrypto(), withSender(4)), Uint8Array.of(1));
    const contexts = device.open();
    assert.equal(contexts.size, 1);
    // 1 is the Recipient ID of all of them.
    assert.equal(device.lines.length, 4);
    for (const [index, why] of [
      "context.1 cannot be used: SecurityContextError: expected a Sender ID that differs",
      "context.2 cannot be used: CborError: ",
      "context.3 cannot be used: SecurityContextError: expected keys of its own for context.3",
      "context.4 cannot be used: SecurityContextLostError: its sequence numbers are lost, both sides need new keys",
    ].entries())
      assert.ok(device.lines[index]!.startsWith(`keys: ${why}`), device.lines[index]);
  });

  it("a device without working storage has none, and says so", () => {
    const device = new Fixture({
      open() {
        throw new Error("no storage");
      },
    });
    assert.equal(device.open().size, 0);
    assert.deepEqual(device.lines, ["keys: there are none: Error: no storage"]);
  });

  it("MAX_STORED_CONTEXTS: there are that many, and not one more", () => {
    const table = contextTable(new MemoryKeyValue().open({ path: KEYS_DOMAIN }));
    assert.equal(table.keyOf(MAX_STORED_CONTEXTS - 1), `context.${MAX_STORED_CONTEXTS - 1}`);
    assert.throws(() => table.keyOf(MAX_STORED_CONTEXTS), RangeError);
  });
});

describe("the key of storage of a context's state", () => {
  it("RFC 8613 §3.3: differs where the Sender Key does, and only there", () => {
    const crypto = hostCrypto();
    const key = stateKeyOf(crypto, CLIENT_PARAMETERS);
    const others: readonly Partial<ContextParameters>[] = [
      { masterSecret: Uint8Array.of(1) },
      { masterSalt: Uint8Array.of(1) },
      { senderId: Uint8Array.of(2) },
      { idContext: new Uint8Array(0) },
    ];
    const keys = others.map((other) => stateKeyOf(crypto, { ...CLIENT_PARAMETERS, ...other }));
    assert.equal(new Set([key, ...keys]).size, 5);
    const { masterSalt: _masterSalt, ...unsalted } = CLIENT_PARAMETERS;
    assert.equal(
      stateKeyOf(crypto, unsalted),
      stateKeyOf(crypto, { ...unsalted, masterSalt: new Uint8Array(0) }),
    );
    assert.equal(stateKeyOf(crypto, { ...CLIENT_PARAMETERS, recipientId: Uint8Array.of(9) }), key);
  });
});
