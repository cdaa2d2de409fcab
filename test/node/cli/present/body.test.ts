import assert from "node:assert/strict";
import { presentBody } from "../../../../cli/present/body.js";

function shown(body: string | Uint8Array, contentFormat: number | undefined): string {
  const { text, note } = presentBody(typeof body === "string" ? Buffer.from(body) : body, contentFormat);
  assert.equal(note, undefined);
  return text;
}

describe("bodies for people", () => {
  it("shows text as it is, control characters aside", () => {
    assert.equal(shown("22.5 °C\n", 0), "22.5 °C");
    assert.equal(shown("a\u001b[2Jb", 0), "a\\u{1b}[2Jb");
    assert.equal(shown("<svg/>", 30000), "<svg/>");
  });

  it("shows link format as a table, JSON indented", () => {
    assert.equal(shown("</a>;obs", 40), "/a  observable");
    assert.equal(shown('{"a":1}', 50), '{"a": 1}');
    assert.equal(shown('[{"n":"t","v":1}]', 110), '[{"n": "t", "v": 1}]');
  });

  it("RFC 8949 §8: shows CBOR in diagnostic notation, whatever the type is called", () => {
    const item = Uint8Array.of(0xc1, 0x1a, 0x51, 0x4b, 0x67, 0xb0);
    for (const format of [60, 112, 61, 16, 101, 62]) assert.equal(shown(item, format), "1(1363896240)");
    assert.equal(shown(Uint8Array.of(0x01, 0x61, 0x61), 63), '1, "a"');
  });

  it("breaks long CBOR into lines", () => {
    const items = Array.from({ length: 40 }, () => [0x18, 99]).flat();
    assert.match(shown(Uint8Array.of(0x98, 40, ...items), 60), /^\[\n {2}99,\n/);
  });

  it("shows anything else as a hex dump", () => {
    assert.match(shown(Uint8Array.of(0, 1, 2), 42), /^00000000 {2}00 01 02 /);
    assert.match(shown("{}", 11050), /\|\{\}\|$/);
  });

  it("RFC 7252 §5.5.1: takes a body without Content-Format for what it looks like", () => {
    assert.equal(shown("hello", undefined), "hello");
    assert.match(shown(Uint8Array.of(0xff, 0xfe), undefined), /^00000000 {2}ff fe /);
    assert.match(shown(Uint8Array.of(0x61, 0x00), undefined), /^00000000 {2}61 00 /);
    assert.equal(shown("hello", 64999), "hello");
  });

  it("says so when a body is not what it says, and shows it as what it looks like", () => {
    const broken = presentBody(Buffer.from("{"), 50);
    assert.equal(broken.text, "{");
    assert.match(broken.note ?? "", /^this is not the json that its Content-Format says: /);
    assert.match(presentBody(Uint8Array.of(0xff), 0).text, /^00000000 {2}ff/);
    assert.match(presentBody(Uint8Array.of(0x82, 0x01), 60).note ?? "", /^this is not the cbor /);
    assert.equal(presentBody(Buffer.from("</a> </b>"), 40).text, "</a> </b>");
  });
});
