/** One run of a program: its errors become a line on standard error and an exit code. */

import { CommanderError, type Command } from "commander";
import { SUCCESS, describeError, exitCodeOf } from "./exit-code.js";
import { Interruption } from "./interruption.js";
import { errorRecord } from "./json/error.js";
import { wantsJson } from "./json/option.js";
import { formatJsonLine, printable } from "./present/printable.js";

/** A line; of sources that have errors a line an error, as compilers write them. */
function describeLines(error: unknown): string {
  const lines =
    error instanceof Error && error.name === "SourceError" ? error.message.split("\n") : undefined;
  return lines === undefined
    ? `coapsule: ${describeError(error)}\n`
    : lines.map((line) => `${printable(line)}\n`).join("");
}

/**
 * Parses `args` and does what they say.
 * @param build makes the program for these arguments
 * @returns the exit code
 */
export async function runProgram(
  build: (interruption: Interruption, args: readonly string[]) => Command | Promise<Command>,
  args: readonly string[],
): Promise<number> {
  let running: Command | undefined;
  const report = (error: unknown): void => {
    process.stderr.write(
      wantsJson(running) ? `${formatJsonLine(errorRecord(error))}\n` : describeLines(error),
    );
  };
  const interruption = new Interruption(report);
  try {
    const built = await build(interruption, args);
    const program = built.hook("preAction", (_program, command) => {
      running = command;
    });
    await program.parseAsync(args, { from: "user" });
    return interruption.exitCode ?? SUCCESS;
  } catch (error) {
    if (interruption.exitCode !== undefined) return interruption.exitCode;
    // commander has said what it had to say.
    if (!(error instanceof CommanderError)) report(error);
    return exitCodeOf(error);
  } finally {
    interruption.dispose();
  }
}
