import { describe, it, assert } from "../../portable.js";
import { fromHex, toHex } from "../../../src/bytes/hex.js";
import { TAG } from "../../../src/cbor/major-type.js";
import { CborReader } from "../../../src/cbor/reader.js";
import { encStructure, macStructure, sigStructure } from "../../../src/cose/structures.js";
import { vectors } from "../vectors/cose-examples.js";

interface Example {
  readonly file: string;
  readonly cbor: string;
  readonly plaintext: string;
  readonly external: string;
  readonly expect_fail: boolean;
  readonly aad?: string;
  readonly to_be_maced?: string;
  readonly to_be_signed?: string;
}

/** The examples whose message was not changed after its structure was made. */
function examples(): readonly Example[] {
  const all: readonly Example[] = vectors.vectors;
  return all.filter((example) => !example.expect_fail);
}

function protectedBytes({ cbor }: Example): Uint8Array {
  const reader = new CborReader(fromHex(cbor));
  if (reader.peekMajorType() === TAG) reader.readTag();
  reader.readArray();
  return reader.readBytes();
}

describe("structures of COSE", () => {
  it("RFC 9052 §5.3: Enc_structure of every example", () => {
    let compared = 0;
    for (const example of examples()) {
      // What is said to be authenticated there is "Encrypt1", of an early draft; what is, is "Encrypt0".
      if (example.aad === undefined || example.file.startsWith("chacha-poly")) continue;
      const structure = encStructure("Encrypt0", protectedBytes(example), fromHex(example.external));
      assert.equal(toHex(structure), example.aad, example.file);
      compared += 1;
    }
    assert.equal(compared, 17);
  });

  it("RFC 9052 §4.4: Sig_structure of every example", () => {
    let compared = 0;
    for (const example of examples()) {
      if (example.to_be_signed === undefined) continue;
      const { external, plaintext } = example;
      const bodyProtected = protectedBytes(example);
      const structure = sigStructure("Signature1", bodyProtected, fromHex(external), fromHex(plaintext));
      assert.equal(toHex(structure), example.to_be_signed, example.file);
      compared += 1;
    }
    assert.equal(compared, 10);
  });

  it("RFC 9052 §6.3: MAC_structure of every example", () => {
    let compared = 0;
    for (const example of examples()) {
      if (example.to_be_maced === undefined) continue;
      const { external, plaintext } = example;
      const structure = macStructure("MAC0", protectedBytes(example), fromHex(external), fromHex(plaintext));
      assert.equal(toHex(structure), example.to_be_maced, example.file);
      compared += 1;
    }
    assert.equal(compared, 10);
  });

  it("RFC 9052 §4.4: the signer's protected header stands behind the message's", () => {
    const structure = sigStructure(
      "Signature",
      fromHex("a0"),
      fromHex("01"),
      fromHex("0203"),
      fromHex("a10126"),
    );
    assert.equal(toHex(structure), "85695369676e61747572654043a101264101420203");
    assert.equal(
      toHex(sigStructure("Signature", fromHex("a10126"), fromHex(""), fromHex(""), fromHex("a0"))),
      "85695369676e617475726543a10126404040",
    );
  });
});
