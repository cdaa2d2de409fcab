import {
  CONTENT_FORMATS,
  MAX_CONTENT_FORMAT,
  contentFormatName,
  contentFormatNumber,
} from "../../../cli/content-formats.js";
import assert from "node:assert/strict";
import { vectors } from "../../portable/vectors/coap-registries.js";

interface Registered {
  readonly id: number;
  readonly media_type: string;
  readonly coding?: string;
}

describe("Names of Content-Formats", () => {
  it("RFC 7252 §12.3, RFC 9193 §2: has every registered format by number, with its coding behind @", () => {
    const formats: readonly Registered[] = vectors.content_formats;
    const expected = formats
      .map(({ id, media_type, coding }): [number, string] => [
        id,
        coding === undefined ? media_type : `${media_type}@${coding}`,
      ])
      .sort(([one], [other]) => one - other);
    assert.deepEqual(CONTENT_FORMATS, expected);
  });

  it("gives the name of a number", () => {
    assert.equal(contentFormatName(0), "text/plain; charset=utf-8");
    assert.equal(contentFormatName(11060), "application/cbor@deflate");
    assert.equal(contentFormatName(65000), undefined);
  });

  it("finds every format by its own name", () => {
    for (const [number, name] of CONTENT_FORMATS) assert.equal(contentFormatNumber(name), number, name);
  });

  it("takes numbers up to 65535", () => {
    assert.equal(contentFormatNumber("0"), 0);
    assert.equal(contentFormatNumber("65000"), 65000);
    assert.equal(contentFormatNumber(String(MAX_CONTENT_FORMAT)), 65535);
    assert.equal(contentFormatNumber("65536"), undefined);
    assert.equal(contentFormatNumber("-1"), undefined);
    assert.equal(contentFormatNumber("6.0"), undefined);
    assert.equal(contentFormatNumber("0x10"), undefined);
  });

  it("needs neither parameters nor the type where the rest fits one format", () => {
    assert.equal(contentFormatNumber("text/plain"), 0);
    assert.equal(contentFormatNumber("plain"), 0);
    assert.equal(contentFormatNumber("cbor"), 60);
    assert.equal(contentFormatNumber("json"), 50);
    assert.equal(contentFormatNumber("link-format"), 40);
    assert.equal(contentFormatNumber("senml+cbor"), 112);
    assert.equal(contentFormatNumber("yang-data+cbor"), 340);
    assert.equal(contentFormatNumber("json@zstd"), 12050);
    assert.equal(contentFormatNumber("text/plain@zstd"), 12000);
  });

  it("RFC 9110 §8.3.1: ignores case, and white space around parameters", () => {
    assert.equal(contentFormatNumber(" Application/CBOR "), 60);
    assert.equal(contentFormatNumber("text/plain;charset=UTF-8"), 0);
    assert.equal(contentFormatNumber('application/cose ; cose-type="cose-sign1"'), 18);
  });

  it("finds nothing for names that fit no format, or several", () => {
    for (const name of ["", "cose", "application/cose", "application/unknown", "application", "text/", "@"])
      assert.equal(contentFormatNumber(name), undefined, name);
  });
});
