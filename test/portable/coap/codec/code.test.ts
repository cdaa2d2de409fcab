import * as Code from "../../../../src/coap/codec/code.js";
import { assert, describe, it } from "../../../portable.js";
import { vectors } from "../../vectors/coap-registries.js";

/** A registered name as its constant is spelt: "Unsupported Content-Format" becomes UNSUPPORTED_CONTENT_FORMAT. */
function constantName(name: string): string {
  return name.toUpperCase().replace(/[ -]/g, "_");
}

describe("CoAP codes", () => {
  it("RFC 7252 §12.1.1: has every registered method as a constant", () => {
    const constants: Record<string, unknown> = { ...Code };
    for (const [detail, name] of Object.entries(vectors.methods)) {
      assert.equal(constants[constantName(name)], Number(detail), name);
      assert.equal(Code.codeName(Number(detail)), name);
      assert.equal(Code.formatCode(Number(detail)), `0.0${detail}`);
      assert.equal(Code.codeClass(Number(detail)), 0);
    }
  });

  it("RFC 7252 §12.1.2: has every registered response code as a constant", () => {
    const constants: Record<string, unknown> = { ...Code };
    for (const [text, name] of Object.entries(vectors.responses)) {
      const [codeClass, detail] = text.split(".");
      const code = Number(codeClass) * 32 + Number(detail);
      assert.equal(constants[constantName(name)], code, name);
      assert.equal(Code.codeName(code), name);
      assert.equal(Code.formatCode(code), text);
      assert.equal(Code.codeClass(code), Number(codeClass));
    }
  });

  it("RFC 7252 §12.1: names no code that is not registered", () => {
    let named = 0;
    for (let code = 0; code < 256; code += 1) if (Code.codeName(code) !== undefined) named += 1;
    const methods = Object.keys(vectors.methods).length;
    const signaling = 5;
    assert.equal(named, 1 + methods + Object.keys(vectors.responses).length + signaling);
    assert.equal(Code.codeName(Code.EMPTY), "Empty");
  });

  it("RFC 8323 §11.1: names the signaling codes", () => {
    const names = ["CSM", "Ping", "Pong", "Release", "Abort"];
    const codes = [Code.CSM, Code.PING, Code.PONG, Code.RELEASE, Code.ABORT];
    assert.deepEqual(
      codes.map((code) => [Code.formatCode(code), Code.codeName(code)]),
      names.map((name, index) => [`7.0${index + 1}`, name]),
    );
  });

  it("RFC 7252 §3: writes codes as class, dot and two digits", () => {
    assert.equal(Code.formatCode(0), "0.00");
    assert.equal(Code.formatCode(0x5f), "2.31");
    assert.equal(Code.formatCode(255), "7.31");
  });
});
