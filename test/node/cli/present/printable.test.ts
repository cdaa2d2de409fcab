import assert from "node:assert/strict";
import { isPlainText, printable } from "../../../../cli/present/printable.js";

describe("text of others on a terminal", () => {
  it("keeps letters, line ends and tabs", () => {
    assert.equal(printable("Grüße, 世界\n\t✓"), "Grüße, 世界\n\t✓");
    assert.equal(printable("a\r\nb"), "a\nb");
  });

  it("shows what could move the cursor or hide text", () => {
    assert.equal(printable("\u001b[2J\u0007\r\u009b"), "\\u{1b}[2J\\u{7}\\u{d}\\u{9b}");
    assert.equal(printable("a\u202eb\u200bc"), "a\\u{202e}b\\u{200b}c");
  });

  it("tells text from data", () => {
    assert.equal(isPlainText("22.5 °C\r\n"), true);
    assert.equal(isPlainText("a\u0000b"), false);
    assert.equal(isPlainText("\u001b[1m"), false);
  });
});
