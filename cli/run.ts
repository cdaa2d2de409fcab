/**
 * `make run`: a time server and a device beside it, and what to try on them. Not part of the command.
 *
 *   node build/js/cli/run.js [--once] [--port N] [--arena BYTES]
 *
 * `--once`, or ONCE=1 in the environment: ends with 0 as soon as the device has the time and answered a request, with
 * another code and the reason otherwise. DEVICE_PORT in the environment stands for `--port`.
 */

import { Command, Option } from "commander";
import { DEVICE_ARENA } from "../hosts/arenas.js";
import { runProgram } from "./command-line.js";
import type { Interruption } from "./interruption.js";
import { parseArena, parsePort } from "./option-values.js";
import { runScenario } from "./scenario/scenario.js";

interface RunFlags {
  readonly once?: true;
  readonly port?: number;
  readonly arena: number;
}

function createProgram(interruption: Interruption): Command {
  const command = new Command("run")
    .description("Run a time server and a device that asks it, until Ctrl-C.")
    .option("--once", "end as soon as the device has the time and answered a request")
    .addOption(
      new Option("-p, --port <number>", "UDP port of the device; 5683, or a free one with --once")
        .env("DEVICE_PORT")
        .argParser(parsePort),
    )
    .option("--arena <bytes>", "JavaScript memory of the device", parseArena, DEVICE_ARENA)
    .exitOverride();
  return command.action(async () => {
    const { once, port, arena } = command.opts<RunFlags>();
    const { ONCE } = process.env;
    const isOnce = once ?? (ONCE !== undefined && ONCE !== "" && ONCE !== "0");
    await runScenario({ once: isOnce, port, arenaBytes: arena }, interruption);
  });
}

process.exitCode = await runProgram(createProgram, process.argv.slice(2));
