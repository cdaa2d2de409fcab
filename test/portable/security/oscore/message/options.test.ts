import { fromHex, toHex } from "../../../../../src/bytes/hex.js";
import { encodeMessage, Message } from "../../../../../src/coap/codec/message.js";
import * as Option from "../../../../../src/coap/codec/option-number.js";
import { OPTION_DEFINITIONS } from "../../../../../src/coap/codec/option-table.js";
import { Options } from "../../../../../src/coap/codec/options.js";
import { OscoreError } from "../../../../../src/security/oscore/errors.js";
import { decryptedMessage } from "../../../../../src/security/oscore/message/decrypted-message.js";
import { placeOptions } from "../../../../../src/security/oscore/message/plaintext.js";
import { assert, describe, it } from "../../../../portable.js";

/** Class U alone: RFC 8613 §4.1, Figure 5; RFC 8768 §3; RFC 9668 §3.1. */
const OUTSIDE = [
  Option.URI_HOST,
  Option.URI_PORT,
  Option.HOP_LIMIT,
  Option.EDHOC,
  Option.PROXY_URI,
  Option.PROXY_SCHEME,
];
/** On both sides. */
const TWICE = [Option.OBSERVE];

/** A message with these options outside, and the payload "x". */
function outerMessage(options: Options): Message {
  const buffer = new Uint8Array(128);
  const length = encodeMessage(buffer, 0, 2, 0x1234, Uint8Array.of(7), options, Uint8Array.of(0x78));
  return new Message(buffer.subarray(0, length));
}

describe("OSCORE options", () => {
  it("RFC 8613 §4.1: each option that is known is where its class says", () => {
    for (const { number, name } of OPTION_DEFINITIONS) {
      if (number === Option.OSCORE) continue;
      const options = new Options();
      if (number === Option.PROXY_URI) options.addString(number, "coap://h");
      else options.add(number, Uint8Array.of(1));
      const placed = placeOptions(options, true);
      const isOutside = OUTSIDE.includes(number) || TWICE.includes(number);
      assert.equal(placed?.outer.has(number) ?? false, isOutside, name);
      assert.equal((placed?.inner ?? options).has(number), !OUTSIDE.includes(number), name);
    }
  });

  it("RFC 8613 §4.1: what is not known is inside, repeated or not", () => {
    const options = new Options().add(65_000, Uint8Array.of(1)).add(65_000, Uint8Array.of(2));
    assert.equal(placeOptions(options, false), undefined);
    const placed = placeOptions(options.addUint(Option.URI_PORT, 1), false);
    assert.deepEqual([placed?.inner.all(65_000).length, placed?.outer.has(65_000)], [2, false]);
  });

  it("RFC 8613 §4.1.3.5.2: the inner Observe of a notification is empty, that of a request has its value", () => {
    const options = new Options().addUint(Option.OBSERVE, 1);
    const request = placeOptions(options, true);
    assert.deepEqual([request?.inner.uint(Option.OBSERVE), request?.outer.uint(Option.OBSERVE)], [1, 1]);
    const notification = placeOptions(options, false);
    assert.equal(notification?.inner.first(Option.OBSERVE)?.length, 0);
    assert.equal(notification?.outer.uint(Option.OBSERVE), 1);
  });

  it("RFC 8613 §4.1.3.7: a message that is protected is not protected again", () => {
    assert.throws(() => placeOptions(new Options().addEmpty(Option.OSCORE), true), OscoreError);
  });

  it("RFC 8613 §8.2: of what is outside, Class U alone counts", () => {
    const outside = new Options()
      .add(Option.IF_MATCH, Uint8Array.of(1))
      .addString(Option.URI_HOST, "h")
      .addUint(Option.OBSERVE, 0)
      .addEmpty(Option.OSCORE)
      .addUint(Option.MAX_AGE, 3)
      .addUint(Option.HOP_LIMIT, 9)
      .addUint(Option.BLOCK2, 6)
      .addUint(Option.NO_RESPONSE, 26)
      .add(65_001, Uint8Array.of(1));
    // GET with Uri-Path "tv1", as in §C.4.
    const message = decryptedMessage(outerMessage(outside), fromHex("01b3747631"));
    assert.deepEqual(
      message.options.entries().map(({ number, value }) => [number, toHex(value)]),
      [
        [Option.URI_HOST, "68"],
        [Option.URI_PATH, "747631"],
        [Option.HOP_LIMIT, "09"],
      ],
    );
    assert.deepEqual([message.code, message.messageId, message.payload.length], [1, 0x1234, 0]);
  });

  it("RFC 8613 §8.2: options outside fit between those inside, however far they are from each other", () => {
    const outside = new Options()
      .addString(Option.PROXY_SCHEME, "coap")
      .addString(Option.URI_HOST, "example.com");
    const inside = new Options()
      .add(Option.ETAG, Uint8Array.of(1, 2))
      .add(Option.REQUEST_TAG, Uint8Array.of(3))
      .add(65_535, new Uint8Array(40));
    const buffer = new Uint8Array(128);
    const length = encodeMessage(buffer, 0, 0, 0, new Uint8Array(0), inside, Uint8Array.of(1));
    buffer[3] = 1;
    const message = decryptedMessage(outerMessage(outside), buffer.subarray(3, length));
    const expected = new Options().addAll(inside).addAll(outside);
    assert.deepEqual(message.options.entries(), expected.entries());
    assert.deepEqual(message.payload, Uint8Array.of(1));
  });
});
