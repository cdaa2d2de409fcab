import { fromHex, toHex } from "../../../../../src/bytes/hex.js";
import {
  decodeCoapFrame,
  encodeCoapFrame,
  encodeDiagnosticFrame,
  frameKind,
} from "../../../../../src/coap/transport/slipmux/frame.js";
import { assert, describe, it } from "../../../../portable.js";
import { vectors } from "../../../vectors/slipmux.js";

describe("slipmux frames", () => {
  it("slipmux §8: the first byte tells the kind", () => {
    const kinds = Array.from({ length: 256 }, (_, first) => frameKind(first));
    const range = (kind: string): number[] => kinds.flatMap((one, first) => (one === kind ? [first] : []));
    assert.deepEqual(range("diagnostic"), [0x0a]);
    assert.deepEqual(range("coap"), [0xa9]);
    const ipv4 = Array.from({ length: 11 }, (_, index) => 0x45 + index);
    const ipv6 = Array.from({ length: 16 }, (_, index) => 0x60 + index);
    assert.deepEqual(range("packet"), [...ipv4, ...ipv6]);
  });

  for (const { name, coap, fcs } of vectors.examples) {
    const frame = vectors.start_coap + coap + fcs;

    it(`slipmux §5: ${name}`, () => {
      assert.equal(toHex(encodeCoapFrame(fromHex(coap))), frame);
      assert.equal(toHex(decodeCoapFrame(fromHex(frame))!), coap);
    });

    it(`slipmux §5: one wrong bit anywhere: ${name}`, () => {
      for (let bit = 0; bit < frame.length * 4; bit += 1) {
        const spoilt = fromHex(frame);
        spoilt[bit >> 3]! ^= 1 << (bit & 7);
        assert.equal(decodeCoapFrame(spoilt), undefined, `bit ${bit}`);
      }
    });

    it(`slipmux §5: cut anywhere: ${name}`, () => {
      for (let end = 1; end < frame.length / 2; end += 1)
        assert.equal(decodeCoapFrame(fromHex(frame).subarray(0, end)), undefined, `${end} bytes`);
    });
  }

  it("slipmux §4: diagnostic text follows a newline", () => {
    assert.equal(toHex(encodeDiagnosticFrame(fromHex("c3a40a"))), "0ac3a40a");
  });
});
