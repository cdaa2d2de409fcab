import { Options } from "../../../../../src/coap/codec/options.js";
import { DEFAULT_LIMITS } from "../../../../../src/coap/limits.js";
import { BASE_CAPABILITIES } from "../../../../../src/coap/messaging/capabilities.js";
import { TransferTerms } from "../../../../../src/coap/bodies/block/transfer-terms.js";
import { assert, describe, it } from "../../../../portable.js";

const LARGE = { ...DEFAULT_LIMITS, maxMessageBytes: 0x7fff_ffff };

/** Terms with a peer that takes blocks and messages of so many bytes. */
function terms(maxMessageBytes: number, limits = LARGE): TransferTerms {
  return new TransferTerms(limits, { ...BASE_CAPABILITIES, maxMessageBytes, blockwise: true });
}

describe("transfer terms", () => {
  it("RFC 7959 §2.2: over datagrams bodies of more than a block go in blocks", () => {
    const { whole, blocks, maxSzx, understoodSzx, messageBytes } = new TransferTerms(LARGE, undefined);
    assert.deepEqual(
      { whole, blocks, maxSzx, understoodSzx },
      {
        whole: false,
        blocks: true,
        maxSzx: 6,
        understoodSzx: 6,
      },
    );
    assert.equal(messageBytes, LARGE.maxMessageBytes);
    assert.equal(new TransferTerms(LARGE, undefined).roomBytes(4, new Options()), 0);
  });

  it("RFC 8323 §5.3.2: BERT where both take more than 1152 bytes, and blocks", () => {
    assert.equal(terms(1152).maxSzx, 6);
    assert.equal(terms(1153).maxSzx, 7);
    assert.equal(terms(1153, { ...LARGE, maxMessageBytes: 1152 }).maxSzx, 6);
    const capabilities = { ...BASE_CAPABILITIES, maxMessageBytes: 1153 };
    const { maxSzx, blocks } = new TransferTerms(LARGE, capabilities);
    assert.deepEqual({ maxSzx, blocks }, { maxSzx: 6, blocks: false });
  });

  it("limit blockBytes: blocks below 1024 bytes leave no place for BERT; below 16 there are none", () => {
    assert.equal(terms(9999, { ...LARGE, blockBytes: 512 }).maxSzx, 5);
    assert.equal(terms(9999, { ...LARGE, blockBytes: 16 }).maxSzx, 0);
    assert.throws(() => terms(9999, { ...LARGE, blockBytes: 15 }), RangeError, "at least 16");
  });

  it("RFC 8323 §3.2: a frame with a length of four bytes is longer than a datagram", () => {
    // Beyond 65804 bytes of options and payload.
    assert.deepEqual(
      [1152, 65_808, 65_809, 65_810, 65_811].map((bytes) => terms(bytes).messageBytes),
      [1152, 65_808, 65_808, 65_808, 65_809],
    );
  });

  it("RFC 8323 §6: room for a payload beside token and options, and those of blocks", () => {
    const options = new Options().addString(11, "ab");
    // Header 4, token 4, Uri-Path 3; 12 bytes for Block1, Size1 and the payload marker.
    assert.equal(terms(2000).roomBytes(4, options), 2000 - 23);
    assert.equal(terms(20).roomBytes(4, options), 0);
  });

  it("RFC 7959 §2.4: who asks for blocks gets none that are larger, and takes them", () => {
    const peer = new TransferTerms(LARGE, { ...BASE_CAPABILITIES, maxMessageBytes: 9999 });
    assert.equal(peer.forBlocks(undefined), peer);
    const { whole, blocks, maxSzx } = peer.forBlocks(2);
    assert.deepEqual({ whole, blocks, maxSzx }, { whole: false, blocks: true, maxSzx: 2 });
    assert.equal(terms(9999).forBlocks(7).maxSzx, 7);
    assert.equal(terms(1152).forBlocks(7).maxSzx, 6);
  });
});
