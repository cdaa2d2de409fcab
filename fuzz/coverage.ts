/**
 * Which code has run, by V8's precise coverage of blocks. Reading it takes as long as a hundred short executions:
 * the loop reads it once a batch. There is one for a process, made before what it counts runs for the first time: V8
 * counts blocks only of functions that it compiles while it counts, and no more once it has stopped.
 */

import { Session, type Profiler } from "node:inspector";

/** What ran of one function since the last reading: a byte a character of its source, 1 where it ran. */
interface Reading {
  readonly name: string;
  readonly ran: Uint8Array;
}

export class Coverage {
  readonly #session = new Session();
  readonly #isCounted: (url: string) => boolean;
  /** Characters that have run, a byte each, by function. */
  readonly #seen = new Map<string, Uint8Array>();
  #characters = 0;

  /** Starts counting what runs. @param isCounted tells by its URL whether a module is of interest */
  constructor(isCounted: (url: string) => boolean) {
    this.#isCounted = isCounted;
    this.#session.connect();
    this.#session.post("Profiler.enable");
    this.#session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
  }

  /** Characters of source that have run and were merged. */
  get characters(): number {
    return this.#characters;
  }

  /** Forgets all that ran, for another target. */
  restart(): void {
    this.#take();
    this.#seen.clear();
    this.#characters = 0;
  }

  /** What ran since the last reading and never did before; nothing is merged yet. */
  novel(): readonly Reading[] {
    return this.#take().filter(({ name, ran }) => {
      const seen = this.#seen.get(name);
      return ran.some((flag, index) => flag !== 0 && seen?.[index] !== 1);
    });
  }

  merge(readings: readonly Reading[]): void {
    for (const { name, ran } of readings) {
      const seen = this.#seen.get(name) ?? new Uint8Array(ran.length);
      this.#seen.set(name, seen);
      for (let index = 0; index < ran.length; index += 1) {
        if (ran[index] === 0 || seen[index] === 1) continue;
        seen[index] = 1;
        this.#characters += 1;
      }
    }
  }

  #take(): Reading[] {
    const readings: Reading[] = [];
    for (const script of this.#precise()) {
      if (!this.#isCounted(script.url)) continue;
      for (const { ranges } of script.functions) {
        const [whole] = ranges;
        if (whole === undefined || whole.count === 0) continue;
        const ran = new Uint8Array(whole.endOffset - whole.startOffset);
        // Ranges come from the outside in.
        for (const { startOffset, endOffset, count } of ranges)
          ran.fill(count > 0 ? 1 : 0, startOffset - whole.startOffset, endOffset - whole.startOffset);
        readings.push({ name: `${script.url}:${whole.startOffset}:${whole.endOffset}`, ran });
      }
    }
    return readings;
  }

  #precise(): Profiler.ScriptCoverage[] {
    let scripts: Profiler.ScriptCoverage[] = [];
    // On a session of the same thread the answer comes before post returns.
    this.#session.post("Profiler.takePreciseCoverage", (error, answer) => {
      if (error !== null) throw error;
      scripts = answer.result;
    });
    return scripts;
  }
}
