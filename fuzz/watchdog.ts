/**
 * Ends the process when one execution does not end: a thread of its own looks at what is being executed, since an
 * endless loop leaves nothing else to look with.
 */

import { writeSync } from "node:fs";
import { Worker, isMainThread, workerData } from "node:worker_threads";
import { toHex } from "../src/bytes/hex.js";

/** An execution that takes longer does not end, for all that anybody will wait, in milliseconds. */
export const HANG_MS = 10_000;
/** Longest input that is shown whole, in bytes. */
const SHOWN_BYTES = 4096;
/** Words in front of the input: how many executions have begun, and the length of this one's input. */
const HEAD_WORDS = 2;

interface Shared {
  readonly head: Int32Array<SharedArrayBuffer>;
  readonly input: Uint8Array;
}

/** What the thread is given. */
interface Settings {
  readonly memory: SharedArrayBuffer;
  readonly limitMs: number;
}

function shareMemory(buffer = new SharedArrayBuffer(4 * HEAD_WORDS + SHOWN_BYTES)): Shared {
  return { head: new Int32Array(buffer, 0, HEAD_WORDS), input: new Uint8Array(buffer, 4 * HEAD_WORDS) };
}

export class Watchdog {
  readonly #shared = shareMemory();
  readonly #worker: Worker;

  /** @param limitMs how long an execution may take */
  constructor(limitMs = HANG_MS) {
    const settings: Settings = { memory: this.#shared.head.buffer, limitMs };
    this.#worker = new Worker(new URL(import.meta.url), { workerData: settings });
    this.#worker.unref();
  }

  /** Tells what is executed next. */
  begin(input: Uint8Array): void {
    const { head, input: shown } = this.#shared;
    const length = Math.min(input.length, SHOWN_BYTES);
    shown.set(length < input.length ? input.subarray(0, length) : input);
    head[1] = length;
    head[0]! += 1;
  }

  async stop(): Promise<void> {
    await this.#worker.terminate();
  }
}

/** The thread: never returns; ends the process when nothing began for `limitMs`. */
function watch({ head, input }: Shared, limitMs: number): void {
  for (let begun = 0; ;) {
    begun = Atomics.load(head, 0);
    Atomics.wait(head, 0, begun, limitMs);
    if (begun === 0 || Atomics.load(head, 0) !== begun) continue;
    writeSync(2, `did not end within ${limitMs} ms: ${toHex(input.slice(0, head[1]))}\n`);
    process.kill(process.pid, "SIGKILL");
  }
}

if (!isMainThread) {
  const { memory, limitMs } = workerData as Settings;
  watch(shareMemory(memory), limitMs);
}
