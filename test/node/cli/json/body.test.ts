import assert from "node:assert/strict";
import { bodyRecord } from "../../../../cli/json/body.js";
import { encodeUtf8 } from "../../../../src/bytes/utf8.js";
import { CBOR, JSON_FORMAT, LINK_FORMAT, TEXT_PLAIN } from "../../../../src/coap/codec/content-format.js";

describe("a body as JSON", () => {
  it("is text where it is text, base64 otherwise", () => {
    assert.deepEqual(bodyRecord(encodeUtf8("22.5 \u00b0C\n"), TEXT_PLAIN), {
      size: 9,
      text: "22.5 \u00b0C\n",
    });
    assert.deepEqual(bodyRecord(encodeUtf8("plain"), undefined), { size: 5, text: "plain" });
    assert.deepEqual(bodyRecord(Uint8Array.of(0, 1), undefined), { size: 2, base64: "AAE=" });
    assert.deepEqual(bodyRecord(Uint8Array.of(0xff), TEXT_PLAIN), { size: 1, base64: "/w==" });
    assert.deepEqual(bodyRecord(new Uint8Array(0), undefined), { size: 0, text: "" });
  });

  it("has JSON and CBOR as a value", () => {
    assert.deepEqual(bodyRecord(encodeUtf8('{"a":[1]}'), JSON_FORMAT), {
      size: 9,
      text: '{"a":[1]}',
      value: { a: [1] },
    });
    // That these bytes could be read as text, too, changes nothing.
    assert.deepEqual(bodyRecord(encodeUtf8("aa"), CBOR), { size: 2, base64: "YWE=", value: "a" });
  });

  it("RFC 6690 §2: has links by target and attributes", () => {
    const list = '</a>;rt="one two";obs,<coap://[::1]/b>;ext=1;ext=2;ext';
    assert.deepEqual(bodyRecord(encodeUtf8(list), LINK_FORMAT), {
      size: list.length,
      text: list,
      value: [
        { target: "/a", attributes: { rt: "one two", obs: true } },
        { target: "coap://[::1]/b", attributes: { ext: ["1", "2", true] } },
      ],
    });
    assert.deepEqual(bodyRecord(new Uint8Array(0), LINK_FORMAT), { size: 0, text: "", value: [] });
  });

  it("says why there is no value", () => {
    const { text, value, note } = bodyRecord(encodeUtf8("{"), JSON_FORMAT);
    assert.deepEqual([text, value], ["{", undefined]);
    assert.match(note ?? "", /^this is not the json that its Content-Format says: /u);
  });
});
