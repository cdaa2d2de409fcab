import assert from "node:assert/strict";
import { SeededRandom } from "../../../simulators/random.js";
import { Fuzzer, MAX_FINDINGS, type Report } from "../../../fuzz/fuzzer.js";
import { causeOf, minimize } from "../../../fuzz/finding.js";
import type { Target } from "../../../fuzz/target.js";
import { runScript, type ScriptResult } from "./run-script.js";

function fuzzPlanted(plan: string): ScriptResult {
  return runScript("planted-faults.js", [plan]);
}

function fuzz(target: Target, executions: number, seed = 1): Promise<Report> {
  return new Fuzzer(target, [new Uint8Array(8)], new SeededRandom(seed)).run(executions, () => false);
}

describe("the loop of make fuzz", () => {
  it("waits for what an input sets off, and takes its error as the parser's", async () => {
    const parse = async (input: Uint8Array): Promise<void> => {
      await Promise.resolve();
      if (input.length > 0) throw input[0] === 0 ? new RangeError("expected") : new TypeError("late");
    };
    const { findings } = await fuzz({ name: "a", errors: [RangeError], parse }, 1000);
    assert.deepEqual(
      findings.map(({ cause }) => cause),
      ["TypeError: late"],
    );
  });

  it("finds by coverage what chance does not, and shortens it", () => {
    assert.equal(fuzzPlanted("guided").stdout, "TypeError: the fault at … 70756d70\n".repeat(2));
    assert.equal(fuzzPlanted("unguided").stdout, "");
  });

  it("finds memory that grows", () => {
    assert.match(fuzzPlanted("growing").stdout, /^memory grew by more than \d+ bytes/u);
  });

  it("ends an execution that does not end, and shows its input", () => {
    const { stderr, signal } = fuzzPlanted("endless");
    assert.match(stderr, /^did not end within 500 ms: 7075/u);
    assert.equal(signal, "SIGKILL");
  });

  it("takes errors that the parser names, and reports every other cause once", async () => {
    const parse = (input: Uint8Array): void => {
      throw input[0] === 0 ? new RangeError("expected") : new TypeError(`at ${input.length}`);
    };
    const { findings, accepted } = await fuzz({ name: "a", errors: [RangeError], parse }, 1000);
    assert.equal(accepted, 0);
    assert.deepEqual(
      findings.map(({ cause }) => cause),
      ["TypeError: at …"],
    );
  });

  it("reports a property that does not hold, even where it throws an error of the parser", async () => {
    const errors = [RangeError];
    const refuse = (): never => {
      throw new RangeError("no");
    };
    for (const target of [
      { name: "accepted", errors, parse: () => 0, check: refuse },
      { name: "refused", errors, parse: refuse, checkRefusal: refuse },
    ])
      assert.equal((await fuzz(target, 10)).findings[0]?.cause, "RangeError: no");
  });

  it(`stops after ${MAX_FINDINGS} causes`, async () => {
    let causes = 0;
    const parse = (): void => {
      causes += 1;
      throw new TypeError("x".repeat(causes));
    };
    const { executions } = await fuzz({ name: "a", errors: [], parse }, 1_000_000);
    assert.ok(executions < 1000);
  });

  it("repeats exactly from its seed", async () => {
    const inputs = async (seed: number): Promise<string> => {
      let text = "";
      await fuzz({ name: "a", errors: [], parse: (input) => (text += input.join()) }, 200, seed);
      return text;
    };
    assert.equal(await inputs(7), await inputs(7));
    assert.notEqual(await inputs(7), await inputs(8));
  });

  it("composes inputs, and keeps them within the target's length", async () => {
    let composed = 0;
    let longest = 0;
    const target: Target = {
      name: "a",
      errors: [],
      maxBytes: 20,
      parse: (input) => (longest = Math.max(longest, input.length)),
      compose: () => new Uint8Array((composed += 1) > 0 ? 18 : 0),
    };
    await fuzz(target, 2000);
    assert.ok(composed > 0);
    assert.equal(longest, 20);
  });
});

describe("findings of make fuzz", () => {
  it("have a cause without what differs from input to input", () => {
    assert.equal(
      causeOf(new RangeError("expected 17 bytes, got 'abc'\nmore")),
      "RangeError: expected … bytes, got …",
    );
    assert.equal(causeOf("text"), "text");
  });

  it("are shortened to what still fails", async () => {
    const parse = (input: Uint8Array): void => {
      if (input.includes(1) && input.includes(2)) throw new TypeError("both");
    };
    const input = Uint8Array.of(0, 0, 1, 0, 3, 0, 2, 0, 0);
    assert.deepEqual(
      await minimize({ name: "a", errors: [], parse }, input, "TypeError: both"),
      Uint8Array.of(1, 2),
    );
  });
});
