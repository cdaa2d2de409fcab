/**
 * The vectors of cryptography, COSE, OSCORE and EDHOC where modules are bytecode on the 32-bit engine, as on a board: the
 * other portable tests run so on RISC-V.
 */

import assert from "node:assert/strict";
import { existsSync } from "node:fs";

import { skip } from "../../skip.js";
import { runFile } from "../runner/run-file.js";
import { openTarget, pathOf } from "../runner/target.js";

const TARGET = "linux32-bytecode";

/** Below test/portable/. */
const FILES = [
  "cose/examples",
  "cose/published",
  "crypto/aead",
  "crypto/agreement",
  "crypto/hash",
  "crypto/signature",
  "security/edhoc/invalid-messages",
  "security/edhoc/traces",
  "security/oscore/context/vectors",
].map((name) => `test/portable/${name}.test.js`);

describe("vectors on an engine without a parser", function () {
  it("RFC 8613 appendix C, RFC 9529, RFC 9052, RFC 9338: cryptography in C gives what they say", async function () {
    if (!existsSync(pathOf(TARGET, "coapsule-xs-crypto")))
      skip(this, `not built: make -C hosts/xs compiler ${TARGET}-crypto`);
    const { run } = openTarget(TARGET, ["test/boards/xs-runner.js", ...FILES]);
    for (const file of FILES) {
      const { passed, failed } = await runFile(run, [], file);
      assert.deepEqual(failed, [], file);
      assert.ok(passed.length > 0, file);
    }
  });
});
