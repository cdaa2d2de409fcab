import { describe, it, assert } from "../../portable.js";
import { fromHex, toHex } from "../../../src/bytes/hex.js";
import { DiagnosticSyntaxError, parseDiagnostic } from "../../../src/cbor/diagnostic-parser.js";
import { formatDiagnostic } from "../../../src/cbor/diagnostic.js";
import { MAX_NESTING_DEPTH } from "../../../src/cbor/reader.js";
import { appendixA } from "./appendix-a.js";

function parsed(text: string): string {
  return toHex(parseDiagnostic(text));
}

/** What the notation says, and the bytes; most are of RFC 8949 §8 and RFC 8610 appendix G. */
const NOTATIONS: readonly (readonly [text: string, hex: string])[] = Object.freeze([
  ["1_0", "1801"],
  ["-1_3", "3b0000000000000000"],
  ["1.5_1", "f93e00"],
  ["1.5_2", "fa3fc00000"],
  ["1.5_3", "fb3ff8000000000000"],
  ["-0.0", "f98000"],
  ["-Infinity_2", "faff800000"],
  ["NaN_3", "fb7ff8000000000000"],
  ["NaN_2", "fa7fc00000"],
  ["NaN_1", "f97e00"],
  ["[_0 1, 2]", "98020102"],
  ["{_1 1: 2}", "b900010102"],
  ["'ab'_0", "58026162"],
  ['"ab"_2', "7a000000026162"],
  ["1_1(2)", "d9000102"],
  ["''_", "5fff"],
  ['""_', "7fff"],
  ["(_ h'01', b64'Ag==')", "5f41014102ff"],
  ['(_ "a", "")', "7f616160ff"],
  ["h'12 34\n56'", "43123456"],
  ["b64'-_-_'", "43fbffbf"],
  ["b64'+/+/'", "43fbffbf"],
  ["b32'MZXW6YTBOI======'", "46666f6f626172"],
  ["h32'CPNMUOJ1E8======'", "46666f6f626172"],
  ["b32'my'", "4166"],
  ["'hello world'", "4b68656c6c6f20776f726c64"],
  ["'it\\'s \"so\"'", "49697427732022736f22"],
  ["<<1>>", "4101"],
  ["<<1, 2>>", "420102"],
  ["<<>>", "40"],
  ["4711", "191267"],
  ["0x1267", "191267"],
  ["0o11147", "191267"],
  ["0b1001001100111", "191267"],
  ["-0x10", "2f"],
  ["/grasp-message/ [/M_DISCOVERY/ 1]", "8101"],
  ["[ ]", "80"],
  ["{\n}", "a0"],
  ["-18446744073709551617", "c349010000000000000000"],
  ["1e3", "f963d0"],
  ["simple(255)", "f8ff"],
  ["-0", "00"],
]);

describe("parseDiagnostic", () => {
  it("RFC 8949 appendix A: the notation of every example gives its value's bytes", () => {
    let compared = 0;
    for (const { hex, diagnostic, roundtrip } of appendixA()) {
      if (diagnostic === undefined) continue;
      if (roundtrip) assert.equal(parsed(diagnostic), hex);
      compared += 1;
    }
    assert.ok(compared > 15, `only ${compared} have a notation`);
  });

  it("RFC 8949 appendix A: what formatDiagnostic shows with indicators gives the very bytes, for every example", () => {
    for (const { hex } of appendixA()) {
      const notation = formatDiagnostic(fromHex(hex), { encodingIndicators: true });
      assert.equal(parsed(notation), hex, notation);
      const indented = formatDiagnostic(fromHex(hex), { encodingIndicators: true, indent: 2 });
      assert.equal(parsed(indented), hex, indented);
    }
  });

  it("RFC 8949 §8, RFC 8610 appendix G: byte strings, embedded items, comments, indicators, bases", () => {
    for (const [text, hex] of NOTATIONS) assert.equal(parsed(text), hex, text);
  });

  it("RFC 8742 §4.2: sequences, with commas between the items", () => {
    const sequence = (text: string): string => toHex(parseDiagnostic(text, { sequence: true }));
    assert.equal(sequence("1, [2], / three / 3"), "01810203");
    assert.equal(sequence(" / nothing / "), "");
    assert.throws(() => sequence("1,"), DiagnosticSyntaxError);
    assert.throws(() => sequence("1 2"), DiagnosticSyntaxError, "a comma or the end, got '2' at character 2");
    assert.throws(() => parseDiagnostic("1, 2"), DiagnosticSyntaxError, "expected the end, got ','");
  });

  it("RFC 8949 §8: says what is wrong, and where", () => {
    const wrong: readonly (readonly [text: string, problem: string])[] = [
      ["", "expected an item, got 'the end' at character 0"],
      ["[1 2]", "expected ',', got '2' at character 3"],
      ["[1,]", "expected an item, got ']' at character 3"],
      ["{1}", "expected ':', got '}' at character 2"],
      ["{1: 2", "expected ',', got the end at character 5"],
      ["{1: 2, 3}", "expected ':'"],
      ["1(2", "expected ')'"],
      ["1(2, 3)", "expected ')'"],
      ["1()", "expected an item"],
      ["-1(2)", "a tag number of 0 or more"],
      ["h'0'", "expected digits of h"],
      ["h'0g'", "expected digits of h"],
      ["h'00", "expected digits of h"],
      ["b64'A'", "expected digits of b64"],
      ["b64'AA=A'", "expected digits of b64"],
      ["b64'AB'", "expected digits of b64"],
      ["x'00'", "expected an item, got 'x'"],
      ['"abc', 'expected " at the end'],
      ['"\\x"', "the escapes of JSON"],
      ['"a\nb"', "the escapes of JSON"],
      ["01", "expected an item, got '01'"],
      ["-NaN", "expected an item, got '-NaN'"],
      ["+1", "expected an item"],
      [".5", "expected an item"],
      ["1.", "expected an item"],
      ["1e999", "a float that double precision can hold"],
      ["256_0", "expected a number that fits, not 256,"],
      ["18446744073709551616_3", "a number that fits"],
      ["1.1_1", "a precision that keeps the number"],
      ["1.5_0", "a precision that keeps the number"],
      ["1e300_2", "a precision that keeps the number"],
      ["1_", "a digit after the underscore"],
      ["'a'_", "a digit after the underscore"],
      ["simple(24)", "a simple value, 0 to 23 or 32 to 255"],
      ["simple(x)", "a number in parentheses"],
      ["simple", "a number in parentheses"],
      ["(_ )", "strings of one kind"],
      ["(_ 'a', \"b\")", "strings of one kind"],
      ["(_ 1)", "strings of one kind"],
      ["(_ (_ 'a'))", "strings of one kind"],
      ["1 / comment", "a slash at the end of the comment"],
    ];
    for (const [text, problem] of wrong)
      assert.throws(() => parseDiagnostic(text), DiagnosticSyntaxError, problem);
  });

  it("MAX_NESTING_DEPTH: nests so deep, not deeper", () => {
    const nested = (depth: number): string => "[".repeat(depth) + "]".repeat(depth);
    assert.equal(parsed(nested(MAX_NESTING_DEPTH)), "81".repeat(MAX_NESTING_DEPTH - 1) + "80");
    assert.throws(() => parsed(nested(MAX_NESTING_DEPTH + 1)), DiagnosticSyntaxError, "MAX_NESTING_DEPTH");
    assert.equal(
      toHex(parseDiagnostic(nested(MAX_NESTING_DEPTH + 1), { maxDepth: MAX_NESTING_DEPTH + 1 })),
      "81".repeat(MAX_NESTING_DEPTH) + "80",
    );
  });
});
