import { concatBytes } from "../../../../src/bytes/concat.js";
import { fromHex } from "../../../../src/bytes/hex.js";
import { CborError } from "../../../../src/cbor/error.js";
import { parseDiagnostic } from "../../../../src/cbor/diagnostic-parser.js";
import type { ContextParameters } from "../../../../src/security/oscore/context/parameters.js";
import { decodeContext, encodeContext } from "../../../../src/applications/provisioning/context-record.js";
import { assert, describe, it } from "../../../portable.js";

/** RFC 8613 §C.1.1 */
const CLIENT: ContextParameters = {
  masterSecret: fromHex("0102030405060708090a0b0c0d0e0f10"),
  masterSalt: fromHex("9e7ca92223786340"),
  senderId: new Uint8Array(0),
  recipientId: Uint8Array.of(1),
};

describe("a security context as a value of storage", () => {
  it("RFC 8613 §3.2: has the parameters under their names", () => {
    const record = `{"masterSecret": h'0102030405060708090a0b0c0d0e0f10', "masterSalt": h'9e7ca92223786340',
      "senderId": h'', "recipientId": h'01'}`;
    assert.deepEqual(encodeContext(CLIENT), parseDiagnostic(record));
    assert.deepEqual(decodeContext(parseDiagnostic(record)), CLIENT);
  });

  it("has all that a context may be made of", () => {
    const whole: ContextParameters = {
      ...CLIENT,
      idContext: fromHex("37cbf3210017a2d3"),
      algorithm: "AES-CCM-64-64-128",
      hash: "SHA-512",
      replayWindow: 16,
    };
    assert.deepEqual(decodeContext(encodeContext(whole)), whole);
  });

  it("is none without the secret and both IDs, with something behind it, or with what is not known here", () => {
    for (const record of [
      `{"senderId": h'', "recipientId": h'01'}`,
      `{"masterSecret": h'00', "recipientId": h'01'}`,
      `{"masterSecret": h'00', "senderId": h''}`,
      `{"masterSecret": h'00', "senderId": h'', "recipientId": 1}`,
      `{"masterSecret": h'00', "senderId": h'', "recipientId": h'01', "groupId": h'02'}`,
      `{"masterSecret": h'00', "senderId": h'', "recipientId": h'01', 1: h'02'}`,
      `{"masterSecret": h'00', "senderId": h'', "senderId": h'', "recipientId": h'01'}`,
      `[]`,
    ])
      assert.throws(() => decodeContext(parseDiagnostic(record)), CborError);
    assert.throws(() => decodeContext(new Uint8Array(0)), CborError);
    assert.throws(() => decodeContext(concatBytes([encodeContext(CLIENT), Uint8Array.of(0)])), CborError);
  });
});
