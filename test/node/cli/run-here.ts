/** The command within this process, as often as one likes: a process of its own takes a hundred times as long to start. */

import { AsyncLocalStorage } from "node:async_hooks";
import { runProgram } from "../../../cli/command-line.js";
import { createProgram } from "../../../cli/program.js";
import type { CliResult } from "./run-cli.js";

const STREAMS = ["stdout", "stderr"] as const;

/** What one run has written. */
type Output = Record<(typeof STREAMS)[number], Buffer[]>;

const running = new AsyncLocalStorage<Output>();

type Write = (chunk: string | Uint8Array, ...rest: unknown[]) => boolean;

/** From here on what a run writes is its own, and no terminal; what others write goes where it went. */
function divideStreams(): void {
  for (const name of STREAMS) {
    const stream = process[name];
    const write = stream.write.bind(stream) as Write;
    const isTerminal = stream.isTTY;
    const divided: Write = (chunk, ...rest) => {
      const output = running.getStore();
      if (output === undefined) return write(chunk, ...rest);
      output[name].push(Buffer.from(chunk));
      const written = rest.at(-1);
      if (typeof written === "function") process.nextTick(written);
      return true;
    };
    stream.write = divided;
    Object.defineProperty(stream, "isTTY", {
      get: () => (running.getStore() === undefined ? isTerminal : false),
    });
    // Each run has a listener of its own.
    stream.setMaxListeners(0);
  }
}

divideStreams();

/** Runs `coapsule` to its end, without standard input. */
export async function runHere(args: readonly string[]): Promise<CliResult> {
  const output: Output = { stdout: [], stderr: [] };
  const code = await running.run(output, () => runProgram(createProgram, args));
  const bytes = Buffer.concat(output.stdout);
  return { code, stdout: bytes.toString(), stderr: Buffer.concat(output.stderr).toString(), bytes };
}
