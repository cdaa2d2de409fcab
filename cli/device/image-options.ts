/** Options of the command line made of an image's table of configuration. */

import { InvalidArgumentError, Option } from "commander";
import { ConfigurationError, expectedValue, optionName, parseSetting } from "../../src/configuration.js";
import type { ConfigurationTable, Setting } from "../../src/configuration.js";

/** What `coapsule device` asks for most. */
const LETTERS: Readonly<Record<string, string>> = { port: "p" };

/** One option a setting, in the order of the table. */
export function imageOptions(table: ConfigurationTable): Option[] {
  return Object.entries(table).map(([name, setting]) => settingOption(name, setting));
}

function settingOption(name: string, setting: Setting): Option {
  const letter = LETTERS[name];
  const flags = `${letter === undefined ? "" : `-${letter}, `}${optionName(name)} <${placeholder(setting)}>`;
  const option = new Option(flags, setting.help).argParser((text) => parseOption(setting, text));
  return setting.default === undefined ? option : option.default(setting.default);
}

function placeholder({ type }: Setting): string {
  if (type === "port" || type === "integer") return "number";
  return type === "boolean" ? "true|false" : type;
}

/** @throws {InvalidArgumentError} */
function parseOption(setting: Setting, text: string): string | number | boolean {
  try {
    return parseSetting(setting, text);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    throw new InvalidArgumentError(`Expected ${expectedValue(setting)}.`);
  }
}
