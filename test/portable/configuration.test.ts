import {
  ConfigurationError,
  configurationArguments,
  defaultConfiguration,
  optionName,
  parseConfiguration,
  parseSetting,
  type Setting,
} from "../../src/configuration.js";
import { assert, describe, it } from "../portable.js";

const TABLE = Object.freeze({
  port: Object.freeze({ type: "port", default: 5683, help: "UDP port" }),
  timeServer: Object.freeze({ type: "uri", help: "time server" }),
  factor: Object.freeze({ type: "number", minimum: 0, default: 3, help: "a factor" }),
  isQuiet: Object.freeze({ type: "boolean", default: false, help: "no log" }),
} as const);

function refusal(setting: Setting, text: string): string {
  return assert.throws(() => parseSetting(setting, text), ConfigurationError).message;
}

describe("configuration of an image", () => {
  it("has the defaults where nobody sets anything", () => {
    assert.deepEqual(defaultConfiguration(TABLE), {
      port: 5683,
      timeServer: undefined,
      factor: 3,
      isQuiet: false,
    });
  });

  it("reads pairs of option and value, each by its type", () => {
    const args = ["--time-server", "coap://[::1]", "--port", "0", "--factor", "2.5", "--is-quiet", "true"];
    assert.deepEqual(parseConfiguration(TABLE, args), {
      port: 0,
      timeServer: "coap://[::1]",
      factor: 2.5,
      isQuiet: true,
    });
  });

  it("writes the arguments that it reads, without those that have no value", () => {
    const values = { ...defaultConfiguration(TABLE), factor: 0.5 };
    const args = configurationArguments(values);
    assert.deepEqual(args, ["--port", "5683", "--factor", "0.5", "--is-quiet", "false"]);
    assert.deepEqual(parseConfiguration(TABLE, args), values);
  });

  it("names the option that there is not, that has no value, or whose value does not fit", () => {
    for (const [args, message] of [
      [["--prot", "1"], "expected --port, --time-server, --factor, --is-quiet; got --prot"],
      [["port", "1"], "expected --port, --time-server, --factor, --is-quiet; got port"],
      [["--toString", "1"], "expected --port, --time-server, --factor, --is-quiet; got --toString"],
      [["--port"], "expected a value behind --port"],
      [["--port", "65536"], '--port: expected a port from 0 to 65535, got "65536"'],
    ] as const)
      assert.equal(assert.throws(() => parseConfiguration(TABLE, args), ConfigurationError).message, message);
  });

  it("takes numbers up to their bounds, and nothing that only resembles one", () => {
    const port: Setting = { type: "port", help: "" };
    const integer: Setting = { type: "integer", minimum: -2, maximum: 10, help: "" };
    const number: Setting = { type: "number", maximum: 1, help: "" };
    assert.deepEqual([parseSetting(port, "0"), parseSetting(port, "65535")], [0, 65535]);
    assert.deepEqual([parseSetting(integer, "-2"), parseSetting(integer, "10")], [-2, 10]);
    assert.deepEqual([parseSetting(number, "1"), parseSetting(number, "-0.25")], [1, -0.25]);
    for (const text of ["-3", "11", "1.0", "", "-", "1e0", "0x1", " 1", "1 ", "Infinity", "NaN", "+1"])
      assert.equal(
        refusal(integer, text),
        `expected a whole number from -2 to 10, got ${JSON.stringify(text)}`,
      );
    for (const text of ["1.1", ".5", "5.", "1..2", "0.1.2", "--1"])
      assert.equal(refusal(number, text), `expected a number to 1, got ${JSON.stringify(text)}`);
    assert.equal(refusal(port, "65536"), 'expected a port from 0 to 65535, got "65536"');
    const whole: Setting = { type: "integer", help: "" };
    assert.equal(refusal(whole, "9007199254740993"), 'expected a whole number, got "9007199254740993"');
  });

  it("takes true and false for a boolean, any text for a text, and some for a URI", () => {
    const boolean: Setting = { type: "boolean", help: "" };
    assert.deepEqual([parseSetting(boolean, "true"), parseSetting(boolean, "false")], [true, false]);
    for (const text of ["", "yes", "1", "TRUE"])
      assert.equal(refusal(boolean, text), `expected true or false, got ${JSON.stringify(text)}`);
    assert.equal(parseSetting({ type: "text", help: "" }, ""), "");
    assert.equal(refusal({ type: "uri", help: "" }, ""), 'expected a URI, got ""');
  });

  it("names options as the command line has them", () => {
    assert.deepEqual(["port", "amplificationFactor", "edhocPeerKey"].map(optionName), [
      "--port",
      "--amplification-factor",
      "--edhoc-peer-key",
    ]);
  });
});
