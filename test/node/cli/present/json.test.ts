import assert from "node:assert/strict";
import { indentJson } from "../../../../cli/present/json.js";

describe("JSON for people", () => {
  it("keeps what is short on one line", () => {
    assert.equal(indentJson('{"a":[1,2,{"b":null}],"c":""}'), '{"a": [1, 2, {"b": null}], "c": ""}');
    assert.equal(indentJson("[ ]"), "[]");
    assert.equal(indentJson(" 22.5\n"), "22.5");
  });

  it("indents what is long", () => {
    const long = "x".repeat(60);
    assert.equal(
      indentJson(`{"a":"${long}","b":[1,{"c":"${long}"}],"d":{}}`),
      `{\n  "a": "${long}",\n  "b": [\n    1,\n    {\n      "c": "${long}"\n    }\n  ],\n  "d": {}\n}`,
    );
  });

  it("changes neither numbers nor strings", () => {
    assert.equal(indentJson("[12345678901234567890,1.10,1E+2]"), "[12345678901234567890, 1.10, 1E+2]");
    assert.equal(indentJson('["a,b:{}[]\\"\\\\","\\u00e9"]'), '["a,b:{}[]\\"\\\\", "\\u00e9"]');
  });

  it("means the same as before", () => {
    const value = {
      list: [[], {}, [[1, "two", false]], null],
      text: 'é\n"',
      long: Array.from({ length: 40 }, (_, i) => i),
    };
    assert.deepEqual(JSON.parse(indentJson(JSON.stringify(value))), value);
  });

  it("refuses what is no JSON", () => {
    for (const text of ["", "{", "[1,]", "{a:1}", "01"]) assert.throws(() => indentJson(text), SyntaxError);
  });
});
