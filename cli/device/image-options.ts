/** Options of the command line made of an image's table of configuration. */

import { InvalidArgumentError, Option } from "commander";
import { ConfigurationError, expectedValue, optionName, parseSetting } from "../../src/configuration.js";
import type { ConfigurationTable, Setting } from "../../src/configuration.js";
import { UsageError } from "../exit-code.js";

/** What `coapsule device` asks for most. */
const LETTERS: Readonly<Record<string, string>> = { port: "p" };

/** Names of settings: in camel case, so that each has an option of its own. */
const NAME = /^[a-z][A-Za-z\d]*$/u;

/**
 * One option a setting, in the order of the table.
 * @param taken names of options that the command has itself, in camel case
 * @throws {UsageError} that names a setting which cannot be one
 */
export function imageOptions(table: ConfigurationTable, taken: readonly string[] = []): Option[] {
  return Object.entries(table).map(([name, setting]) => {
    if (!NAME.test(name))
      throw new UsageError(`configuration of the image: expected names such as timeServer, got "${name}"`);
    if (taken.includes(name))
      throw new UsageError(
        `configuration of the image: ${name} is an option of the command, ${optionName(name)}`,
      );
    checkDefault(name, setting);
    return settingOption(name, setting);
  });
}

/** From plain JavaScript, or where TypeScript took a table for any. */
function checkDefault(name: string, setting: Setting): void {
  if (setting.default === undefined) return;
  try {
    parseSetting(setting, String(setting.default));
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    throw new UsageError(`configuration of the image: the default of ${name}: ${error.message}`);
  }
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
