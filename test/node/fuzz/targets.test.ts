import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { SeededRandom } from "../../../simulators/random.js";
import { readCorpus } from "../../../fuzz/corpus.js";
import { Fuzzer } from "../../../fuzz/fuzzer.js";
import { execute, type Outcome } from "../../../fuzz/target.js";
import { TARGETS } from "../../../fuzz/targets.js";

/** Mutations of each target's corpus: a bounded part of `make fuzz`, the same in every run. */
const EXECUTIONS = 3000;
/** Of those that play whole scenes. */
const SLOW_EXECUTIONS = 250;

const folder = new URL("../../../../../fuzz/corpus/", import.meta.url);

describe("targets of make fuzz", () => {
  for (const target of TARGETS) {
    const corpus = readCorpus(fileURLToPath(new URL(`${target.name}.hex`, folder)));

    it(`${target.name}: nothing is wrong with its corpus, of which some is accepted`, async () => {
      const outcomes: Outcome[] = [];
      for (const input of corpus) outcomes.push(await execute(target, input));
      assert.deepEqual(
        outcomes.filter((outcome) => typeof outcome === "object"),
        [],
      );
      assert.ok(outcomes.includes("accepted"));
    });

    const executions = target.isSlow ? SLOW_EXECUTIONS : EXECUTIONS;
    it(`${target.name}: nothing is wrong with ${executions} mutations of it`, async () => {
      const fuzzer = new Fuzzer(target, corpus, new SeededRandom(1).fork(target.name));
      const { findings } = await fuzzer.run(executions, () => false);
      assert.deepEqual(findings, []);
    });
  }
});
