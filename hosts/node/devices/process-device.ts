/** A device that runs in a process of its own. */

import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { exitCodeOf, type RunningDevice } from "./device.js";

export class ProcessDevice implements RunningDevice {
  readonly #process: ChildProcess;
  readonly ended: Promise<number>;

  /** @param child in a process group of its own: Ctrl-C reaches it through us, once */
  constructor(child: ChildProcess) {
    this.#process = child;
    this.ended = this.#waitForEnd();
  }

  stop(): Promise<number> {
    this.#process.kill("SIGTERM");
    return this.ended;
  }

  async #waitForEnd(): Promise<number> {
    const kill = (): void => void this.#process.kill("SIGKILL");
    process.once("exit", kill);
    try {
      await once(this.#process, "exit");
      return exitCodeOf(this.#process);
    } finally {
      process.off("exit", kill);
    }
  }
}
