/** Shows how far the build of an engine is: lines on standard error, and a bar on a terminal. */

import { SingleBar } from "cli-progress";
import { provideEngine, type EngineName } from "../hosts/node/engines/provide-engine.js";

/** Path of the engine's program, built where it is missing. @throws as {@link provideEngine} */
export async function engineProgram(engine: EngineName, signal: AbortSignal): Promise<string> {
  let bar: SingleBar | undefined;
  const stop = (): void => {
    bar?.stop();
    bar = undefined;
  };
  try {
    return await provideEngine(engine, {
      onMessage(line) {
        stop();
        process.stderr.write(`${line}\n`);
      },
      onProgress(done, total) {
        if (!process.stderr.isTTY) return;
        if (bar === undefined) {
          bar = new SingleBar({
            format: "{bar} {value} of {total} files",
            barsize: 40,
            clearOnComplete: true,
            hideCursor: true,
            stream: process.stderr,
          });
          bar.start(total, done);
        }
        bar.update(done);
      },
      signal,
    });
  } finally {
    stop();
  }
}
