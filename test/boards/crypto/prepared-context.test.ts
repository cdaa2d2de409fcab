/** What a message costs a device in garbage, counted by the engine. */

import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { skip } from "../../skip.js";
import { compileModules, isBuilt, pathOf, runBinary } from "../runner/target.js";
import type { Operation } from "./prepared-context.js";

const MODULE = "test/boards/crypto/prepared-context.js";
/** As on a board: from text, the engine copies string literals each time. */
const TARGET = "linux32-bytecode";
/** So large that nothing is collected: what was allocated is what the arena holds at most. */
const ARENA_BYTES = 8_000_000;
const MESSAGES = 200;

const OPERATIONS: readonly Operation[] = [
  "sealRequest",
  "sealResponse",
  "sealResponse with a Partial IV",
  "openRequest",
  "openResponse",
  "openResponse with a Partial IV",
];

/** Slots, and bytes of chunks. */
interface Allocated {
  readonly slots: number;
  readonly bytes: number;
}

describe("a prepared security context on XS", function () {
  let folder = "";
  let archive = "";

  before(function () {
    if (!isBuilt("compiler") || !isBuilt(TARGET))
      skip(this, `not built: make -C hosts/xs compiler ${TARGET}`);
    folder = mkdtempSync(join(tmpdir(), "coapsule-context-"));
    archive = join(folder, "context.xsb");
    compileModules(archive, [MODULE]);
  });

  after(() => {
    if (folder !== "") rmSync(folder, { recursive: true });
  });

  async function allocated(operation: Operation, count: number): Promise<Allocated> {
    const run = runBinary(pathOf(TARGET, "coapsule-xs"), archive);
    const options = ["--stats", "--arena", String(ARENA_BYTES)];
    const { code, stderr } = await run([...options, MODULE, operation, String(count)]);
    assert.equal(code, 0, stderr);
    const match = /peak slots (\d+) .*?chunks (\d+) bytes.*?; (\d+) collections;/.exec(stderr);
    assert.ok(match, stderr);
    const [slots = 0, bytes = 0, collections] = match.slice(1).map(Number);
    assert.equal(collections, 0, stderr);
    return { slots, bytes };
  }

  async function allocatedByOne(operation: Operation): Promise<Allocated> {
    const few = await allocated(operation, MESSAGES);
    const many = await allocated(operation, 2 * MESSAGES);
    return { slots: (many.slots - few.slots) / MESSAGES, bytes: (many.bytes - few.bytes) / MESSAGES };
  }

  for (const operation of OPERATIONS)
    it(`RFC 8613 §5: allocates the result and nothing else: ${operation}`, async () => {
      const result = await allocatedByOne(operation.startsWith("seal") ? "ciphertext" : "plaintext");
      assert.ok(result.bytes > 0);
      assert.deepEqual(await allocatedByOne(operation), result);
    });
});
