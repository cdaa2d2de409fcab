import { describeError } from "../../../src/timers/fault.js";
import { assert, describe, it } from "../../portable.js";

describe("what a log says of a fault", () => {
  it("is one line, whatever was thrown", () => {
    assert.equal(describeError(new RangeError("expected 1, got 2")), "RangeError: expected 1, got 2");
    assert.equal(describeError("a text"), "a text");
    assert.equal(describeError(undefined), "undefined");
    assert.equal(describeError(Object.create(null)), "an error that cannot be shown");
  });

  it("has no control characters", () => {
    assert.equal(describeError("a\n\r\tb\u0000\u001f\u007f\u0080\u009fc"), "a   b     c");
    assert.equal(describeError("~ \u00a0\u20ac"), "~ \u00a0\u20ac");
  });
});
