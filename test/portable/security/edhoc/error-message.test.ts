import { fromHex } from "../../../../src/bytes/hex.js";
import { CborError } from "../../../../src/cbor/error.js";
import {
  decodeErrorMessage,
  encodeErrorMessage,
  isErrorMessage,
} from "../../../../src/security/edhoc/codec/error-message.js";
import { assert, describe, it } from "../../../portable.js";

describe("EDHOC error messages", () => {
  it("RFC 9528 §6: code and information", () => {
    for (const [hex, message] of [
      ["016568656c6c6f", { code: 1, diagnostic: "hello" }],
      ["0202", { code: 2, suites: [2] }],
      ["02820203", { code: 2, suites: [2, 3] }],
      ["03f5", { code: 3 }],
    ] as const) {
      assert.deepEqual(encodeErrorMessage(message), fromHex(hex));
      assert.deepEqual(decodeErrorMessage(fromHex(hex)), message);
      assert.ok(isErrorMessage(fromHex(hex)));
    }
  });

  it("RFC 9528 §6: codes that are registered later, or private, carry what they like", () => {
    assert.deepEqual(decodeErrorMessage(fromHex("1864a10102")), { code: 100 });
    assert.deepEqual(decodeErrorMessage(fromHex("3863f6")), { code: -100 });
  });

  it("RFC 9528 §6: other shapes are none", () => {
    for (const hex of ["", "4101", "f5"]) assert.ok(!isErrorMessage(fromHex(hex)));
    for (const hex of ["01", "01f5", "0140", "02f5", "03f5f5", "1864"])
      assert.throws(() => decodeErrorMessage(fromHex(hex)), CborError);
  });
});
