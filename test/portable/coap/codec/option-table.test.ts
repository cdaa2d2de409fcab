import {
  ACCEPT,
  BLOCK1,
  BLOCK2,
  ETAG,
  HOP_LIMIT,
  IF_MATCH,
  IF_NONE_MATCH,
  MAX_AGE,
  OSCORE,
  Q_BLOCK1,
  URI_HOST,
  URI_PATH,
  URI_QUERY,
} from "../../../../src/coap/codec/option-number.js";
import { GET } from "../../../../src/coap/codec/code.js";
import { CON, Message, encodeMessage } from "../../../../src/coap/codec/message.js";
import { Options } from "../../../../src/coap/codec/options.js";
import { OTHERS, type OptionsView } from "../../../../src/coap/codec/options-view.js";
import {
  ANSWERED_AGAIN_OPTIONS,
  MAX_TARGET_BYTES,
  ONCE_OPTIONS,
  OPTION_DEFINITIONS,
  REPLAY_PROTECTED_OPTIONS,
  TARGET_OPTIONS,
  formatOption,
  optionDefinition,
} from "../../../../src/coap/codec/option-table.js";
import { assert, describe, it } from "../../../portable.js";
import { encodeUtf8 } from "../../../../src/bytes/utf8.js";
import { fromHex } from "../../../../src/bytes/hex.js";
import { vectors } from "../../vectors/coap-registries.js";

describe("Table of CoAP options", () => {
  it("RFC 7252 §5.10: agrees with the registry in name, format, lengths and repeatability", () => {
    for (const { number, name, format, length, repeatable } of vectors.options) {
      const [minLength, maxLength] = length.split("-").map(Number);
      const definition = optionDefinition(number);
      assert.equal(definition?.number, number, name);
      assert.equal(definition?.name, name);
      assert.equal(definition?.format, format, name);
      assert.equal(definition?.minLength, minLength, name);
      assert.equal(definition?.maxLength, maxLength ?? minLength, name);
      assert.equal(definition?.repeatable, repeatable, name);
    }
    assert.equal(OPTION_DEFINITIONS.length, vectors.options.length);
  });

  it("knows no other number", () => {
    let known = 0;
    for (let number = 0; number <= 400; number += 1) if (optionDefinition(number) !== undefined) known += 1;
    assert.equal(known, vectors.options.length);
    assert.equal(optionDefinition(65535), undefined);
  });
});

/** The options of a GET with one option. */
function received(number: number, bytes: number, payload?: Uint8Array): OptionsView {
  const options = new Options().add(number, new Uint8Array(bytes));
  const buffer = new Uint8Array(2048);
  const length = encodeMessage(buffer, CON, GET, 1, new Uint8Array(0), options, payload);
  return new Message(buffer.subarray(0, length)).options;
}

describe("What an option makes of a request", () => {
  it("RFC 7252 §5.4.3: is plain with an option exactly where that is the target's, and of an allowed length", () => {
    for (const { number, name, effect, minLength, maxLength } of OPTION_DEFINITIONS) {
      const isTarget = effect === "target";
      assert.equal(received(number, minLength).isPlain, isTarget, name);
      assert.equal(received(number, maxLength).isPlain, isTarget, name);
      assert.equal(received(number, maxLength + 1).isPlain, false, name);
      if (isTarget) assert.deepEqual([minLength, maxLength], [0, MAX_TARGET_BYTES], name);
      assert.equal(received(number, minLength, Uint8Array.of(1)).isPlain, false, name);
    }
    for (const unknown of [2, OTHERS, 65_535]) assert.equal(received(unknown, 0).isPlain, false);
  });

  it("RFC 7252 §4.5: has each option in the set of its effect, and in no other", () => {
    const sets = {
      target: TARGET_OPTIONS,
      once: ONCE_OPTIONS,
      "answered-again": ANSWERED_AGAIN_OPTIONS,
      "replay-protected": REPLAY_PROTECTED_OPTIONS,
    };
    for (const { number, name, effect } of OPTION_DEFINITIONS) {
      assert.ok(effect === undefined || number < OTHERS, `${name} has a bit of its own`);
      for (const [of, set] of Object.entries(sets))
        assert.equal(received(number, 1).hasAny(set), of === effect, `${name}: ${of}`);
    }
    assert.equal(TARGET_OPTIONS, (1 << URI_PATH) | (1 << URI_QUERY));
    assert.equal(ONCE_OPTIONS, (1 << IF_MATCH) | (1 << IF_NONE_MATCH));
    assert.equal(ANSWERED_AGAIN_OPTIONS, 1 << Q_BLOCK1);
    assert.equal(REPLAY_PROTECTED_OPTIONS, 1 << OSCORE);
  });
});

describe("Options for people", () => {
  it("writes each format in its own way", () => {
    assert.equal(formatOption(URI_PATH, encodeUtf8("time")), 'Uri-Path "time"');
    assert.equal(formatOption(MAX_AGE, fromHex("3c")), "Max-Age 60");
    assert.equal(formatOption(MAX_AGE, fromHex("ffffffff")), "Max-Age 4294967295");
    assert.equal(formatOption(ACCEPT, new Uint8Array(0)), "Accept 0");
    assert.equal(formatOption(ETAG, fromHex("0102")), "ETag h'0102'");
    assert.equal(formatOption(IF_NONE_MATCH, new Uint8Array(0)), "If-None-Match");
  });

  it("RFC 7959 §3: writes blocks as NUM/M/size", () => {
    assert.equal(formatOption(BLOCK2, new Uint8Array(0)), "Block2 0/0/16");
    assert.equal(formatOption(BLOCK2, fromHex("0e")), "Block2 0/1/1024");
    assert.equal(formatOption(BLOCK1, fromHex("32")), "Block1 3/0/64");
    assert.equal(formatOption(BLOCK1, fromHex("fffffe")), "Block1 1048575/1/1024");
  });

  it("RFC 8323 §6: writes the size of BERT blocks as BERT", () => {
    assert.equal(formatOption(BLOCK1, fromHex("0187")), "Block1 24/0/BERT");
  });

  it("writes unknown options in hexadecimal", () => {
    assert.equal(formatOption(65001, fromHex("00ff")), "Option 65001 h'00ff'");
  });

  it("marks values that break the rules of their option", () => {
    assert.equal(formatOption(URI_HOST, new Uint8Array(0)), "Uri-Host h'' (malformed)");
    assert.equal(formatOption(HOP_LIMIT, fromHex("0001")), "Hop-Limit h'0001' (malformed)");
    assert.equal(formatOption(URI_PATH, fromHex("c0af")), "Uri-Path h'c0af' (malformed)");
  });

  it("lets no text take over a terminal", () => {
    const text = 'a"b\\c\n\u001b[2J\u009b\u202e\u00e9';
    const expected = 'Uri-Path "a\\"b\\\\c\\u{a}\\u{1b}[2J\\u{9b}\\u{202e}\u00e9"';
    assert.equal(formatOption(URI_PATH, encodeUtf8(text)), expected);
  });
});
