/** Options that all commands that ask have in common. */

import type { Command } from "commander";
import { parseSeconds } from "../option-values.js";
import type { ProtectionFlags } from "./protection-options.js";
import { addTLSOptions, type TLSFlags } from "./tls-options.js";

export interface ConnectionFlags extends TLSFlags, ProtectionFlags {
  readonly verbose?: true;
  /** Milliseconds. */
  readonly timeout?: number;
}

export function addConnectionOptions(command: Command): Command {
  return addTLSOptions(command)
    .option(
      "--timeout <seconds>",
      "give up after this time; otherwise after about 90 s of silence",
      parseSeconds,
    )
    .option("-v, --verbose", "show each message on standard error");
}
