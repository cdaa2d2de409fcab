import { fromHex, toHex } from "../../../../../src/bytes/hex.js";
import {
  MAX_ID_CONTEXT_BYTES,
  MIN_MASTER_SECRET_BYTES,
  completeParameters,
  maxIdBytes,
  type ContextParameters,
} from "../../../../../src/security/oscore/context/parameters.js";
import { MAX_PARTIAL_IV } from "../../../../../src/security/oscore/context/partial-iv.js";
import { establish } from "../../../../../src/security/oscore/context/security-context.js";
import { VolatileSequenceNumbers } from "../../../../../src/security/oscore/context/sequence-numbers.js";
import { OscoreError, SecurityContextError } from "../../../../../src/security/oscore/errors.js";
import { assert, describe, hostCrypto, it } from "../../../../portable.js";

const MINIMAL: ContextParameters = {
  masterSecret: fromHex("0102030405060708090a0b0c0d0e0f10"),
  senderId: fromHex("01"),
  recipientId: fromHex("02"),
};

describe("OSCORE context parameters", () => {
  it("RFC 8613 §3.2: what is not given has its default", () => {
    const { algorithm, hash, masterSalt, idContext, replayWindow } = completeParameters(MINIMAL);
    assert.deepEqual(
      [algorithm, hash, toHex(masterSalt), idContext, replayWindow],
      ["AES-CCM-16-64-128", "SHA-256", "", undefined, 32],
    );
  });

  it("RFC 8613 §3.3: an ID has at most the bytes of the nonce less 6", () => {
    for (const [algorithm, limit] of [
      ["AES-CCM-16-64-128", 7],
      ["AES-CCM-16-128-128", 7],
      ["AES-CCM-64-64-128", 1],
    ] as const) {
      assert.equal(maxIdBytes(algorithm), limit);
      const longest = new Uint8Array(limit).fill(9);
      const tooLong = new Uint8Array(limit + 1).fill(9);
      for (const name of ["senderId", "recipientId"] as const) {
        completeParameters({ ...MINIMAL, algorithm, [name]: longest });
        assert.throws(
          () => completeParameters({ ...MINIMAL, algorithm, [name]: tooLong }),
          SecurityContextError,
          `at most ${limit}`,
        );
      }
    }
  });

  it("RFC 8613 §3.3: Sender ID and Recipient ID differ, as the keys would be the same otherwise", () => {
    assert.throws(
      () => completeParameters({ ...MINIMAL, recipientId: MINIMAL.senderId }),
      SecurityContextError,
      "differs",
    );
  });

  it("RFC 8613 §12.3: MIN_MASTER_SECRET_BYTES are taken, one byte less is not", () => {
    assert.equal(MIN_MASTER_SECRET_BYTES, 16);
    completeParameters({ ...MINIMAL, masterSecret: new Uint8Array(MIN_MASTER_SECRET_BYTES) });
    for (const length of [0, 1, MIN_MASTER_SECRET_BYTES - 1])
      assert.throws(
        () => completeParameters({ ...MINIMAL, masterSecret: new Uint8Array(length) }),
        SecurityContextError,
        `a Master Secret of at least 16 random bytes, got ${length}`,
      );
  });

  it("RFC 8613 §3.3: an ID Context of 128 bytes is taken, one byte more is not", () => {
    completeParameters({ ...MINIMAL, idContext: new Uint8Array(MAX_ID_CONTEXT_BYTES) });
    assert.throws(
      () => completeParameters({ ...MINIMAL, idContext: new Uint8Array(MAX_ID_CONTEXT_BYTES + 1) }),
      SecurityContextError,
    );
  });

  it("RFC 8613 §7.2.1: the last sequence number is 2^40 - 1", () => {
    const context = establish(hostCrypto(), MINIMAL, new VolatileSequenceNumbers(MAX_PARTIAL_IV));
    assert.equal(context.nextPartialIv(), MAX_PARTIAL_IV);
    assert.throws(() => context.nextPartialIv(), OscoreError, "used up");
  });

  it("RFC 8613 §7.2: without a reserved number nothing is protected", () => {
    const context = establish(hostCrypto(), MINIMAL, {
      next: () => {
        throw new Error("the memory is worn");
      },
    });
    assert.throws(() => context.nextPartialIv(), OscoreError, "worn");
  });
});
