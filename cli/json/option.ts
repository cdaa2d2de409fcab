/** `--json`: output for programs, an object a line (https://jsonlines.org). */

import { Option, type Command } from "commander";
import { formatJsonLine } from "../present/printable.js";
import { ERROR_FIELDS_HELP } from "./error.js";

export interface JsonFlags {
  readonly json?: true;
}

/**
 * Adds the option.
 * @param fieldsHelp says what the objects are made of
 * @param conflicts names of options that ask for another form
 */
export function addJsonOption(command: Command, fieldsHelp: string, conflicts: readonly string[] = []): void {
  command
    .addOption(
      new Option("--json", "write JSON for programs, an object a line: see below").conflicts([...conflicts]),
    )
    .addHelpText("after", `${fieldsHelp}\n${ERROR_FIELDS_HELP}`);
}

/** Whether the command was run with `--json`. */
export function wantsJson(command: Command | undefined): boolean {
  return command?.opts<JsonFlags>().json === true;
}

export function printJson(record: object): void {
  process.stdout.write(`${formatJsonLine(record)}\n`);
}
