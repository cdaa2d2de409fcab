/** Bytes that Node.js has in a Buffer, whose `slice` copies nothing. */

import assert from "node:assert/strict";
import { nodeCoseCrypto } from "../../../hosts/node/crypto/node-cose-crypto.js";
import { AES_CCM_64_64_128 } from "../../../src/cose/algorithms.js";
import { makeEncrypt0, openEncrypt0 } from "../../../src/cose/messages/encrypt0.js";
import { SYMMETRIC } from "../../../src/cose/key.js";

describe("COSE with Buffers", () => {
  it("RFC 9052 §3.1: a Base IV stays as it is when messages have a Partial IV", () => {
    const baseIv = Buffer.alloc(7, 1);
    const key = { kty: SYMMETRIC, k: Buffer.alloc(16, 2), baseIv };
    const message = makeEncrypt0(nodeCoseCrypto, key, Uint8Array.of(3), {
      protectedHeader: { alg: AES_CCM_64_64_128 },
      unprotected: { partialIv: Buffer.of(4) },
    });
    assert.deepEqual(openEncrypt0(nodeCoseCrypto, key, message), Uint8Array.of(3));
    assert.deepEqual(baseIv, Buffer.alloc(7, 1));
  });
});
