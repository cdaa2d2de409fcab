/** Bytes that Node.js has in a Buffer, whose `slice` copies nothing. */

import assert from "node:assert/strict";
import { nodeCrypto } from "../../../../hosts/node/crypto/node-crypto.js";
import { completeParameters } from "../../../../src/security/oscore/context/parameters.js";
import { SecurityContext, establish } from "../../../../src/security/oscore/context/security-context.js";

describe("OSCORE with Buffers", () => {
  it("RFC 8613 §3.2: a context has its own copy of its parameters", () => {
    const given = {
      masterSecret: Buffer.alloc(16, 1),
      masterSalt: Buffer.alloc(8, 2),
      senderId: Buffer.alloc(1, 3),
      recipientId: Buffer.alloc(1, 4),
      idContext: Buffer.alloc(8, 5),
    };
    const complete = completeParameters(given);
    const context = establish(nodeCrypto, given);
    for (const bytes of Object.values(given)) bytes.fill(0xff);
    for (const { masterSecret, masterSalt, senderId, recipientId, idContext } of [
      complete,
      context.parameters,
    ])
      assert.deepEqual(
        [masterSecret, masterSalt, senderId, recipientId, idContext],
        [
          new Uint8Array(16).fill(1),
          new Uint8Array(8).fill(2),
          Uint8Array.of(3),
          Uint8Array.of(4),
          new Uint8Array(8).fill(5),
        ],
      );
    assert.ok(context instanceof SecurityContext);
  });
});
