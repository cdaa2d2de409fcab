import { describe, it, assert } from "../../portable.js";
import { parseDiagnostic } from "../../../src/cbor/diagnostic-parser.js";
import { CborReader } from "../../../src/cbor/reader.js";
import { vectors } from "../vectors/cose-published.js";

describe("parseDiagnostic, on what other documents print", () => {
  for (const { rfc, section, title, bytes, diagnostic } of vectors.vectors) {
    // RFC 9338 says 159 there, which is the size of the example before.
    const size = section === "A.6.1" ? 139 : bytes;
    it(`RFC ${rfc} §${section}: ${title} has ${size} bytes`, () => {
      const encoded = parseDiagnostic(diagnostic);
      assert.equal(encoded.length, size);
      const reader = new CborReader(encoded);
      reader.skip();
      reader.finish();
    });
  }
});
