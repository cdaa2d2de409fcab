import assert from "node:assert/strict";

import {
  BIT_STRING,
  DerError,
  DerReader,
  INTEGER,
  MAX_DER_DEPTH,
  SEQUENCE,
  dotted,
} from "../../../../../services/credentials/x509/der.js";
import { der, hex } from "./made-certificate.js";

function reader(text: string): DerReader {
  return new DerReader(hex(text), "test");
}

function refused(read: (reader: DerReader) => unknown, reason: RegExp, ...inputs: readonly string[]): void {
  for (const input of inputs)
    assert.throws(
      () => read(reader(input)),
      (error: unknown) => error instanceof DerError && reason.test(error.message),
      input,
    );
}

describe("DER", () => {
  it("X.690 §10.1: a length is definite, in as few bytes as it needs", () => {
    assert.equal(reader("020105").read(INTEGER, "x")[0], 5);
    assert.equal(reader(`028180${"00".repeat(128)}`).read(INTEGER, "x").length, 128);
    assert.equal(reader(`02820100${"00".repeat(256)}`).read(INTEGER, "x").length, 256);
    const read = (from: DerReader): unknown => from.read(INTEGER, "x");
    refused(read, /got the end/u, "", "02", "0281", "028201");
    refused(read, /expected 1 bytes, got 0/u, "0201");
    refused(read, /indefinite/u, "0280050000");
    refused(read, /as few bytes/u, "02810105", `02817f${"00".repeat(127)}`, `028200ff${"00".repeat(255)}`);
    refused(read, /at most 4 bytes, got 5/u, "0285010000000000");
    refused(read, /expected 4294967295 bytes/u, "0284ffffffff00");
  });

  it("X.690 §8.1.2.4: a tag has one byte, and is the one that is expected", () => {
    refused((from) => from.readAny("x"), /a tag of one byte, got 0x1f/u, "1f8101");
    refused((from) => from.read(SEQUENCE, "x"), /test: expected x \(tag 0x30\), got 0x02/u, "020101");
  });

  it("X.690 §8.9: what is inside is read by itself, to its end", () => {
    const inside = reader("3006020101020102").enter(SEQUENCE, "x");
    assert.equal(inside.read(INTEGER, "y")[0], 1);
    assert.equal(inside.tag, INTEGER);
    refused(
      () => {
        inside.finish();
      },
      /x: expected nothing more, got 3 bytes/u,
      "",
    );
    assert.equal(inside.readAny("y")[0], 2);
    assert.ok(inside.atEnd);
    inside.finish();
    assert.throws(() => reader("020101").enter(SEQUENCE, "x"), DerError);
  });

  it("X.690 §11.1, §11.5: TRUE is ff, and FALSE, which is the default, is not there", () => {
    assert.equal(reader("0101ff").optionalTrue("x"), true);
    assert.equal(reader("0201ff").optionalTrue("x"), false);
    assert.equal(reader("").optionalTrue("x"), false);
    refused((from) => from.optionalTrue("x"), /TRUE/u, "010100", "010101", "0100", "0102ffff");
  });

  it("X.690 §8.3.2: an integer has no bytes that it does not need", () => {
    for (const good of ["020100", "02017f", "02020080", "0201ff", "0202ff7f"])
      assert.equal(reader(good).integer("x").length, good.length / 2 - 2);
    refused(
      (from) => from.integer("x"),
      /x: expected an integer/u,
      "0200",
      "02020000",
      "0202007f",
      "0202ff80",
    );
  });

  it("X.690 §8.6, §11.2.1: bits that are not used are few, and zero", () => {
    assert.deepEqual(reader("03020780").bitString("x"), { bytes: Uint8Array.of(0x80), unusedBits: 7 });
    assert.deepEqual(reader("030100").bitString("x"), { bytes: new Uint8Array(0), unusedBits: 0 });
    refused(
      (from) => from.bitString("x"),
      /unused bits/u,
      "0300",
      "030107",
      "03020880",
      "03020781",
      "030201ff",
    );
    assert.equal(BIT_STRING, 3);
  });

  it("X.690 §8.19: object identifiers", () => {
    for (const [content, expected] of [
      ["551d25", "2.5.29.37"],
      ["2b06010505070303", "1.3.6.1.5.5.7.3.3"],
      ["2a864886f70d01010b", "1.2.840.113549.1.1.11"],
      ["883703", "2.999.3"],
    ] as const)
      assert.equal(dotted(reader(der(6, hex(content)).toString("hex")).objectIdentifier("x")), expected);
    refused(
      (from) => from.objectIdentifier("x"),
      /an object identifier/u,
      "0600",
      "060180",
      "06028001",
      "060255ff",
    );
  });

  it("X.690 §8.8: NULL has no content", () => {
    reader("0500").optionalNull("x");
    reader("").optionalNull("x");
    refused(
      (from) => {
        from.optionalNull("x");
      },
      /NULL/u,
      "050100",
    );
  });

  it("values lie in each other at most MAX_DER_DEPTH deep where their structure is not known", () => {
    const nested = (depth: number): string => {
      let value = hex("020101");
      for (let level = 0; level < depth; level += 1) value = der(SEQUENCE, value);
      return value.toString("hex");
    };
    reader(nested(MAX_DER_DEPTH)).skipOne("x");
    const skip = (from: DerReader): void => {
      from.skipOne("x");
    };
    refused(skip, /MAX_DER_DEPTH/u, nested(MAX_DER_DEPTH + 1));
    refused(skip, /indefinite/u, "30800000", "300430800000");
  });
});
