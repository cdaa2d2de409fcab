import { fromHex } from "../../../../src/bytes/hex.js";
import { cipherSuite } from "../../../../src/security/edhoc/cipher-suite.js";
import { KeySchedule } from "../../../../src/security/edhoc/key-schedule.js";
import { assert, describe, hostCrypto, it } from "../../../portable.js";
import { Trace } from "./suites/trace.js";

/** 255 digests of SHA-256. */
const PART_BYTES = 8160;

function schedule(): KeySchedule {
  return new KeySchedule(hostCrypto(), cipherSuite(2)!);
}

describe("EDHOC key schedule", () => {
  it("RFC 9528 §4.1.2: EDHOC_KDF gives the keys of RFC 9529 §3", () => {
    const trace = new Trace("trace_2");
    const key = trace.get("message_2", "PRK_3e2m");
    const transcript = trace.get("message_3", "TH_3", "Raw Value");
    assert.deepEqual(schedule().derive(key, 3, transcript, 16), trace.get("message_3", "K_3"));
    assert.deepEqual(schedule().derive(key, 4, transcript, 13), trace.get("message_3", "IV_3"));
    const out = trace.get("PRK_out and PRK_exporter", "PRK_out");
    assert.deepEqual(schedule().keyExporter(out), trace.get("PRK_out and PRK_exporter", "PRK_exporter"));
  });

  it("RFC 9528 appendix G: a plaintext of more than 8160 bytes has a keystream in parts", () => {
    const key = fromHex("00".repeat(32));
    const transcript = fromHex("01".repeat(32));
    const keystream = schedule().exclusiveOr2(key, transcript, new Uint8Array(PART_BYTES + 5));
    assert.deepEqual(keystream.slice(0, PART_BYTES), schedule().derive(key, 0, transcript, PART_BYTES));
    assert.deepEqual(keystream.slice(PART_BYTES), schedule().derive(key, -1, transcript, 5));
    const whole = schedule().exclusiveOr2(key, transcript, new Uint8Array(PART_BYTES));
    assert.deepEqual(whole, keystream.slice(0, PART_BYTES));
  });

  it("RFC 9528 §9.8: a shared secret is overwritten once keys are derived from it", () => {
    const secret = fromHex("07".repeat(32));
    schedule().key2e(fromHex("01".repeat(32)), secret);
    assert.deepEqual(secret, new Uint8Array(32));
  });
});
