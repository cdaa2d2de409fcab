/**
 * The loop: mutates inputs of the corpus, runs the target on them, and keeps what reached code that nothing before
 * did. Coverage is read once for a batch; only a batch that found something is taken apart.
 */

import type { SeededRandom } from "../simulators/random.js";
import type { Coverage } from "./coverage.js";
import { causeOf, describeFailure, type Finding } from "./finding.js";
import { liveBytes } from "./heap.js";
import { Mutator } from "./mutator.js";
import { execute, type Target } from "./target.js";
import type { Watchdog } from "./watchdog.js";

/** Executions between two readings of the coverage; their number doubles while nothing new is found. */
export const MIN_BATCH = 64;
export const MAX_BATCH = 2048;
/** Longest time on a processor that one input may take, in milliseconds. */
export const SLOW_MS = 50;
/** Executions between two measurements of memory. */
export const EXECUTIONS_PER_MEASUREMENT = 100_000;
/** Live memory may grow by this much after the first measurement, besides the corpus: the engine's own caches. */
export const MAX_GROWTH_BYTES = 8 * 1024 * 1024;
/** After so many causes nobody reads on. */
export const MAX_FINDINGS = 10;

export interface Report {
  readonly executions: number;
  readonly accepted: number;
  /** Inputs that reach different code. */
  readonly corpus: readonly Uint8Array[];
  /** Live bytes at the last measurement beyond those at the first. */
  readonly growthBytes: number;
  readonly findings: readonly Finding[];
}

export class Fuzzer {
  readonly #target: Target;
  readonly #mutator: Mutator;
  readonly #coverage: Coverage | undefined;
  readonly #watchdog: Watchdog | undefined;
  readonly #seeds: readonly Uint8Array[];
  readonly #corpus: Uint8Array[] = [];
  readonly #findings = new Map<string, Finding>();
  #batch = MIN_BATCH;
  #executions = 0;
  #accepted = 0;
  #firstLiveBytes: number | undefined;
  #growthBytes = 0;

  /**
   * @param seeds inputs to start from @param coverage absent: only mutates the seeds, which repeats exactly
   * @param watchdog absent: an endless execution does not end
   */
  constructor(
    target: Target,
    seeds: readonly Uint8Array[],
    random: SeededRandom,
    coverage?: Coverage,
    watchdog?: Watchdog,
  ) {
    this.#target = target;
    this.#mutator = new Mutator(target, random);
    this.#coverage = coverage;
    this.#watchdog = watchdog;
    this.#seeds = seeds;
  }

  /** Runs until `executions` are done or `isOver` says so, which is asked once a batch. */
  async run(executions: number, isOver: () => boolean): Promise<Report> {
    let measured = 0;
    this.#coverage?.restart();
    // One by one: of inputs that reach the same code the first is kept.
    for (const seed of this.#seeds) await this.#isolate([seed]);
    if (this.#coverage === undefined) this.#corpus.push(...this.#seeds);
    while (this.#executions < executions && this.#findings.size < MAX_FINDINGS && !isOver()) {
      await this.#runBatch(Math.min(this.#batch, executions - this.#executions));
      if (this.#executions - measured < EXECUTIONS_PER_MEASUREMENT) continue;
      measured = this.#executions;
      this.#measure();
    }
    return {
      executions: this.#executions,
      accepted: this.#accepted,
      corpus: this.#corpus,
      growthBytes: this.#growthBytes,
      findings: [...this.#findings.values()],
    };
  }

  async #runBatch(count: number): Promise<void> {
    const inputs: Uint8Array[] = [];
    while (inputs.length < count) inputs.push(this.#mutator.next(this.#corpus));
    for (let at = 0; at < count; at += MIN_BATCH) await this.#executeTimed(inputs.slice(at, at + MIN_BATCH));
    this.#executions += count;
    if (this.#coverage === undefined) return;
    const novel = this.#coverage.novel();
    if (novel.length === 0) {
      this.#batch = Math.min(2 * this.#batch, MAX_BATCH);
      return;
    }
    this.#batch = MIN_BATCH;
    await this.#isolate(inputs);
    // What happens once, such as filling a cache, is not found again by repeating.
    this.#coverage.merge(novel);
  }

  /** Few inputs at a time: together they take so long only where one of them does, or the machine is busy. */
  async #executeTimed(inputs: readonly Uint8Array[]): Promise<void> {
    const started = performance.now();
    for (const input of inputs) await this.#execute(input);
    if (performance.now() - started > SLOW_MS && !this.#target.isSlow)
      for (const input of inputs) await this.#time(input);
  }

  async #execute(input: Uint8Array): Promise<void> {
    this.#watchdog?.begin(input);
    const outcome = await execute(this.#target, input);
    if (outcome === "accepted") this.#accepted += 1;
    else if (outcome !== "rejected") {
      const cause = causeOf(outcome.error);
      if (!this.#findings.has(cause))
        this.#findings.set(cause, await describeFailure(this.#target, input, cause));
    }
  }

  /** Finds those of the inputs that reach new code, and adds them to the corpus. */
  async #isolate(inputs: readonly Uint8Array[]): Promise<void> {
    const coverage = this.#coverage;
    if (coverage === undefined) return;
    for (const input of inputs) {
      this.#watchdog?.begin(input);
      await execute(this.#target, input);
    }
    const novel = coverage.novel();
    if (novel.length === 0) return;
    if (inputs.length === 1) {
      coverage.merge(novel);
      this.#corpus.push(...inputs);
      return;
    }
    const half = inputs.length >> 1;
    await this.#isolate(inputs.slice(0, half));
    await this.#isolate(inputs.slice(half));
  }

  /** The quickest of three runs counts, by its time on a processor: a busy machine is no finding. */
  async #time(input: Uint8Array): Promise<void> {
    let quickestMs = Infinity;
    for (let repeat = 0; repeat < 3 && quickestMs > SLOW_MS; repeat += 1) {
      const started = process.cpuUsage();
      await execute(this.#target, input);
      const { user, system } = process.cpuUsage(started);
      quickestMs = Math.min(quickestMs, (user + system) / 1000);
    }
    if (quickestMs <= SLOW_MS) return;
    const cause = `took longer than ${SLOW_MS} ms`;
    const report = `${cause}: ${quickestMs.toFixed(0)} ms`;
    if (!this.#findings.has(cause)) this.#findings.set(cause, { cause, report, input });
  }

  #measure(): void {
    let live = liveBytes();
    for (const input of this.#corpus) live -= input.buffer.byteLength;
    this.#firstLiveBytes ??= live;
    this.#growthBytes = live - this.#firstLiveBytes;
    if (this.#growthBytes <= MAX_GROWTH_BYTES) return;
    const cause = `memory grew by more than ${MAX_GROWTH_BYTES} bytes`;
    const report = `${cause}: by ${this.#growthBytes} in ${this.#executions} executions`;
    this.#findings.set(cause, { cause, report, input: new Uint8Array(0) });
  }
}
