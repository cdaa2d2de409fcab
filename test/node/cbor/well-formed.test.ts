import assert from "node:assert/strict";
import { decode, encode } from "cbor2";
import { toHex } from "../../../src/bytes/hex.js";
import { CborError } from "../../../src/cbor/error.js";
import { formatDiagnostic } from "../../../src/cbor/diagnostic.js";
import { decodeHalf, encodeHalf } from "../../../src/cbor/half-float.js";
import { CborReader } from "../../../src/cbor/reader.js";
import { CborWriter } from "../../../src/cbor/writer.js";
import { readPlainValue } from "../../portable/cbor/plain-value.js";
import { SeededRandom } from "../../../simulators/random.js";

/** The pseudocode of RFC 8949 appendix C, word for word: what is well-formed, in other people's words. */
function wellFormed(bytes: Uint8Array): boolean {
  let at = 0;
  const take = (count: number | bigint): number => {
    if (count > bytes.length - at) throw new RangeError("too short");
    const start = at;
    at += Number(count);
    return start;
  };
  const argument = (count: number): bigint => {
    let value = 0n;
    for (const start = take(count); count > 0; count -= 1)
      value = (value << 8n) | BigInt(bytes[start + (at - start) - count]!);
    return value;
  };
  const item = (breakable: boolean): number => {
    const initial = bytes[take(1)]!;
    const major = initial >> 5;
    const information = initial & 0x1f;
    let value = BigInt(information);
    if (information >= 24 && information <= 27) value = argument(1 << (information - 24));
    else if (information >= 28 && information <= 30) throw new RangeError("reserved");
    else if (information === 31) return indefinite(major, breakable);
    if (major === 2 || major === 3) take(value);
    else if (major === 4) for (let index = 0n; index < value; index += 1n) item(false);
    else if (major === 5) for (let index = 0n; index < value * 2n; index += 1n) item(false);
    else if (major === 6) item(false);
    else if (major === 7 && information === 24 && value < 32n) throw new RangeError("bad simple");
    return major;
  };
  const indefinite = (major: number, breakable: boolean): number => {
    if (major === 2 || major === 3) {
      for (let chunk = item(true); chunk !== -1; chunk = item(true))
        if (chunk !== major) throw new RangeError("chunk");
      return 99;
    }
    if (major === 4) while (item(true) !== -1);
    else if (major === 5) while (item(true) !== -1) item(false);
    else if (major === 7 && breakable) return -1;
    else throw new RangeError("no indefinite length");
    return 99;
  };
  try {
    item(false);
    return at === bytes.length;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

function accepts(read: () => void): boolean {
  try {
    read();
    return true;
  } catch (error) {
    if (!(error instanceof CborError)) throw error;
    return false;
  }
}

describe("CBOR against other readers", function () {
  const skips = (bytes: Uint8Array): boolean =>
    accepts(() => {
      const reader = new CborReader(bytes);
      reader.skip(64);
      reader.finish();
    });

  it("RFC 8949 appendix C: skip() accepts exactly what is well-formed, of all strings of up to two bytes", () => {
    for (let value = 0; value < 0x100; value += 1) {
      const one = new Uint8Array([value]);
      assert.equal(skips(one), wellFormed(one), toHex(one));
      for (let second = 0; second < 0x100; second += 1) {
        const two = new Uint8Array([value, second]);
        assert.equal(skips(two), wellFormed(two), toHex(two));
      }
    }
  });

  it("RFC 8949 appendix C: skip() accepts exactly what is well-formed, of 100,000 random strings", () => {
    const generator = new SeededRandom(1);
    const random = (): number => generator.uniform(0, 1);
    // Bytes that start or end something, more often than chance would have them.
    const telling = [
      0x81, 0x82, 0xa1, 0x9f, 0xbf, 0xff, 0x5f, 0x7f, 0x41, 0x61, 0xc1, 0xf8, 0xf9, 0x00, 0x18,
    ];
    let accepted = 0;
    for (let round = 0; round < 100_000; round += 1) {
      const bytes = new Uint8Array(1 + Math.floor(random() * 10));
      for (let index = 0; index < bytes.length; index += 1)
        bytes[index] =
          random() < 0.8 ? telling[Math.floor(random() * telling.length)]! : Math.floor(random() * 256);
      const expected = wellFormed(bytes);
      assert.equal(skips(bytes), expected, toHex(bytes));
      if (expected) accepted += 1;
      // The notation refuses more (text that is not UTF-8), but never accepts more, and throws nothing else.
      if (accepts(() => formatDiagnostic(bytes, { maxDepth: 64 }))) assert.ok(expected, toHex(bytes));
    }
    assert.ok(accepted > 5_000, `only ${accepted} were well-formed`);
  });

  it("cbor2 reads what the writer writes, and the reader what cbor2 writes", () => {
    const generator = new SeededRandom(2);
    const random = (): number => generator.uniform(0, 1);
    for (let round = 0; round < 10_000; round += 1) {
      const magnitude = 2 ** Math.floor(random() * 60);
      const whole = Math.floor((random() - 0.5) * Math.min(magnitude, Number.MAX_SAFE_INTEGER));
      const float = (random() - 0.5) * magnitude;
      const text = String.fromCodePoint(1 + Math.floor(random() * 0xd000)).repeat(Math.floor(random() * 30));
      const bytes = new CborWriter().array(3).integer(whole).float(float).text(text).bytes;
      assert.deepEqual(decode(bytes), [whole + 0, float, text]);
      assert.deepEqual(readPlainValue(new CborReader(encode([whole + 0, float, text]))), [
        whole + 0,
        float,
        text,
      ]);
    }
  });

  it("cbor2 reads every half-precision float as we do, and all of them survive encoding", () => {
    const single = new DataView(new ArrayBuffer(4));
    for (let bits = 0; bits <= 0xffff; bits += 1) {
      const value = decodeHalf(bits);
      if (!Object.is(value, decode(new Uint8Array([0xf9, bits >> 8, bits])))) assert.fail(bits.toString(16));
      single.setFloat32(0, value);
      if (!Number.isNaN(value) && encodeHalf(single.getUint32(0)) !== bits) assert.fail(bits.toString(16));
    }
  });
});
