import { writeSync } from "node:fs";
import type { Console } from "../../src/ports/console.js";

/** Where lines go; what every writable stream of Node has. */
export interface LineStream {
  write(text: string): unknown;
}

const STANDARD_OUTPUT = 1;

/** How long to wait before trying again what a full pipe did not take. */
const RETRY_MS = 1;

function errorCode(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}

function sleep(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

/**
 * A file descriptor that has taken all of a text when `write` returns. `process.stdout` keeps what a pipe does not
 * take at once for later, and loses it if the process ends before. Once the reader of a pipe has gone, text is
 * dropped: that nobody reads its log must not end a server.
 */
export class DescriptorStream implements LineStream {
  readonly #descriptor: number;

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  write(text: string): void {
    let rest: Uint8Array = Buffer.from(text);
    while (rest.length > 0)
      try {
        rest = rest.subarray(writeSync(this.#descriptor, rest));
      } catch (error) {
        const code = errorCode(error);
        if (code === "EPIPE") return;
        if (code !== "EAGAIN") throw error;
        sleep(RETRY_MS);
      }
  }
}

/** Lines to a stream, by default standard output. Each is one write with its line end, so that lines do not mix. */
export class NodeConsole implements Console {
  readonly #stream: LineStream;

  constructor(stream: LineStream = new DescriptorStream(STANDARD_OUTPUT)) {
    this.#stream = stream;
  }

  log(line: string): void {
    this.#stream.write(`${line}\n`);
  }
}
