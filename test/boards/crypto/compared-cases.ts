/** Three implementations of the crypto port by three authors give the same, of which one is the C of devices. */

import assert from "node:assert/strict";
import { existsSync } from "node:fs";

import { nobleCrypto } from "../../../hosts/node/crypto/noble-crypto.js";
import { nodeCrypto } from "../../../hosts/node/crypto/node-crypto.js";
import { fromHex } from "../../../src/bytes/hex.js";
import type { Crypto } from "../../../src/ports/crypto.js";
import { randomCase, type CaseResult } from "../../portable/crypto/suites/random-case.js";
import { skip } from "../../skip.js";
import { binaryOf } from "../host.js";
import { runHost, type HostRun } from "../../../cli/testing/run-host.js";
import { MODULES } from "../runner/target.js";
import { LONG_TEST_MS } from "../../hang.js";

const BINARY = `${binaryOf("linux32")}-crypto`;

function isSignedBy({ es256: { publicKey, message, signature } }: CaseResult, crypto: Crypto): boolean {
  return crypto.verify("ES256", fromHex(publicKey), fromHex(message), fromHex(signature));
}

/** Runs the first cases on an XS host, each a line of JSON. */
export function runCases(binary: string, count: number): Promise<HostRun> {
  const args = ["--modules", MODULES, "test/boards/crypto/random-cases.js", "0", String(count)];
  return runHost(binary, args);
}

async function casesInC(count: number): Promise<CaseResult[]> {
  const { code, stdout, stderr } = await runCases(BINARY, count);
  assert.equal(code, 0, stderr);
  return stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as CaseResult);
}

/** Declares the tests of so many cases. */
export function describeCases(count: number): void {
  describe(`cryptography in ${count} random cases`, function () {
    this.timeout(LONG_TEST_MS);
    const expected: CaseResult[] = [];

    before(() => {
      for (let seed = 0; seed < count; seed += 1) expected.push(randomCase(nobleCrypto, seed));
    });

    it("node:crypto gives what the noble packages give, and each takes the other's signatures of ES256", () => {
      expected.forEach((noble, seed) => {
        const node = randomCase(nodeCrypto, seed);
        assert.equal(node.results, noble.results, `seed ${seed}`);
        assert.ok(isSignedBy(node, nobleCrypto), `seed ${seed}`);
        assert.ok(isSignedBy(noble, nodeCrypto), `seed ${seed}`);
      });
    });

    it("the C of devices gives what the noble packages give, RFC 6979's signatures of ES256 too", async function () {
      if (!existsSync(BINARY)) skip(this, "needs make -C hosts/xs linux32-crypto");
      assert.deepEqual(await casesInC(count), expected);
    });
  });
}
