/** A program on a host of ours that runs on: what it prints, as it comes, and what it can be told. */

import type { Readable } from "node:stream";

export abstract class RunningProgram {
  readonly #lines: AsyncIterator<string>;
  readonly #errorLines: AsyncIterator<string>;

  constructor(stdout: Readable, stderr: Readable) {
    this.#lines = splitLines(stdout);
    this.#errorLines = splitLines(stderr);
  }

  /** Tells the host to print its statistics, to standard error. */
  abstract report(): void;

  /** Tells the host to end, as SIGTERM does, and gives its exit code. */
  abstract stop(): Promise<number | null>;

  /** The next line that it prints. */
  line(): Promise<string> {
    return nextOf(this.#lines);
  }

  /** The next line that fits; those before it are passed over. */
  async until(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(await this.line());
      if (match) return match;
    }
  }

  /** The next line that it, or the host, writes to standard error. */
  errorLine(): Promise<string> {
    return nextOf(this.#errorLines);
  }
}

async function nextOf(lines: AsyncIterator<string>): Promise<string> {
  const next = await lines.next();
  if (next.done === true) throw new Error("the fixture ended");
  return next.value;
}

async function* splitLines(stream: Readable): AsyncGenerator<string, undefined> {
  let rest = "";
  for await (const part of stream) {
    rest += String(part);
    const lines = rest.split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
  return undefined;
}
