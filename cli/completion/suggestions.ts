/** What a shell can suggest, read off the program: its commands, their options, and what those take. */

import type { Command, Option } from "commander";
import { CONTENT_FORMATS, contentFormatNumber } from "../content-formats.js";

/** What may stand in a place: these words, a path, or (no words) what nobody can guess. None has a blank or quote. */
export type Suggestions = readonly string[] | "paths";

export interface SuggestedOption {
  /** `-a` */
  readonly short: string | undefined;
  /** `--accept` */
  readonly long: string;
  readonly description: string;
  /** What help calls its value; undefined for an option that takes none, or not always. */
  readonly placeholder: string | undefined;
  readonly values: Suggestions;
  /** It may come more than once, as its description says. */
  readonly isRepeatable: boolean;
}

export interface SuggestedCommand {
  readonly name: string;
  readonly description: string;
  readonly options: readonly SuggestedOption[];
  /** What its first argument may be. */
  readonly values: Suggestions;
  /** What the arguments of its subcommands may be, where it has any. */
  readonly later: Suggestions;
}

export interface SuggestedProgram {
  readonly name: string;
  /** Before any command. */
  readonly options: readonly SuggestedOption[];
  readonly commands: readonly SuggestedCommand[];
}

/** Content-Formats by the shortest name that means them. */
function contentFormatWords(): string[] {
  return CONTENT_FORMATS.flatMap(([number, name]) => {
    const word = name.replace(/^.*?\//u, "").replace(/;[^@]*/u, "");
    return contentFormatNumber(word) === number ? [word] : [];
  });
}

/** Describes `program`. */
export function suggestionsOf(program: Command): SuggestedProgram {
  const help = program.createHelp();
  const commands = help.visibleCommands(program);
  const byPlaceholder: ReadonlyMap<string, Suggestions> = new Map<string, Suggestions>([
    ["format", contentFormatWords()],
    ["path", "paths"],
    ["command", commands.map((command) => command.name())],
  ]);
  const suggest = (choices: readonly string[] | undefined, placeholder: string | undefined): Suggestions =>
    choices ?? byPlaceholder.get(placeholder ?? "") ?? [];

  const describeOption = ({
    short,
    long,
    flags,
    description,
    argChoices,
    required,
  }: Option): SuggestedOption => {
    const placeholder = required ? /<([^>]+)>$/u.exec(flags)?.[1] : undefined;
    if (long === undefined) throw new Error(`expected a long name of the option ${flags}, got none`);
    const values = suggest(argChoices, placeholder);
    return {
      short,
      long,
      description,
      placeholder,
      values,
      isRepeatable: /\brepeatable\b/u.test(description),
    };
  };
  const describeCommand = (command: Command): SuggestedCommand => {
    const valuesOf = ({ registeredArguments: [first] }: Command): Suggestions =>
      suggest(first?.argChoices, first?.name());
    const subcommands = help.visibleCommands(command);
    const options = [command, ...subcommands].flatMap((one) => help.visibleOptions(one));
    return {
      name: command.name(),
      description: help.subcommandDescription(command),
      // Those of subcommands are its own here; what several of them have is listed once.
      options: options
        .filter(({ long }, index) => options.findIndex((other) => other.long === long) === index)
        .map(describeOption),
      values: subcommands.length > 0 ? subcommands.map((subcommand) => subcommand.name()) : valuesOf(command),
      later: subcommands[0] ? valuesOf(subcommands[0]) : [],
    };
  };
  return {
    name: program.name(),
    options: help.visibleOptions(program).map(describeOption),
    commands: commands.map(describeCommand),
  };
}

/** The names of an option: `-a`, `--accept`. */
export function namesOf({ short, long }: SuggestedOption): string[] {
  return short === undefined ? [long] : [short, long];
}
