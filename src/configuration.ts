/**
 * Configuration of an image: a table that says what can be set, of which type, and what it is where nobody sets it.
 * The command line makes its options of the table, and a device reads its values by it.
 */

/** What a value of the configuration may be. */
export interface Setting {
  /** `uri` is a text whose host is a numeric address by the time the device reads it: a device has no resolver. */
  readonly type: "text" | "uri" | "port" | "integer" | "number" | "boolean";
  /** Where it is absent, so is the value that nobody sets. */
  readonly default?: string | number | boolean;
  /** Least value of an `integer` or `number`. */
  readonly minimum?: number;
  /** Greatest value of an `integer` or `number`. */
  readonly maximum?: number;
  /** For people: what it is, without its default. */
  readonly help: string;
}

/** Settings by name, in camel case: `amplificationFactor` is `--amplification-factor` on the command line. */
export type ConfigurationTable = Readonly<Record<string, Setting>>;

type ValueOfType<Type extends Setting["type"]> = Type extends "text" | "uri"
  ? string
  : Type extends "boolean"
    ? boolean
    : number;

/** The values of a table: undefined only where there is no default. */
export type ConfigurationOf<Table extends ConfigurationTable> = {
  readonly [Name in keyof Table]:
    | ValueOfType<Table[Name]["type"]>
    | (Table[Name] extends { readonly default: string | number | boolean } ? never : undefined);
};

/** A value that does not fit its setting, or a setting that there is not. The message says what was expected. */
export class ConfigurationError extends RangeError {
  override name = "ConfigurationError";
}

const PORTS = Object.freeze({ minimum: 0, maximum: 65535 });
const DIGIT_0 = 0x30;
const DIGIT_9 = 0x39;

/** What fits a setting, in words: `a port from 0 to 65535`. */
export function expectedValue({ type, minimum, maximum }: Setting): string {
  if (type === "port") return `a port from 0 to ${PORTS.maximum}`;
  if (type === "boolean") return "true or false";
  if (type === "text") return "a text";
  if (type === "uri") return "a URI";
  const range = `${minimum === undefined ? "" : ` from ${minimum}`}${maximum === undefined ? "" : ` to ${maximum}`}`;
  return `${type === "integer" ? "a whole number" : "a number"}${range}`;
}

/** @throws {ConfigurationError} where the text does not fit */
export function parseSetting(setting: Setting, text: string): string | number | boolean {
  const { type } = setting;
  if (type === "text" || type === "uri") {
    if (type === "text" || text !== "") return text;
  } else if (type === "boolean") {
    if (text === "true" || text === "false") return text === "true";
  } else {
    const { minimum = -Infinity, maximum = Infinity } = type === "port" ? PORTS : setting;
    const value = isDecimal(text, type === "number") ? Number(text) : NaN;
    if (value >= minimum && value <= maximum && (type === "number" || Number.isSafeInteger(value)))
      return value;
  }
  throw new ConfigurationError(`expected ${expectedValue(setting)}, got ${JSON.stringify(text)}`);
}

/** Digits behind at most one sign, and with `hasFraction` a point between two of them. */
function isDecimal(text: string, hasFraction: boolean): boolean {
  const first = text.startsWith("-") ? 1 : 0;
  let isAfterDigit = false;
  let mayHavePoint = hasFraction;
  for (let index = first; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code >= DIGIT_0 && code <= DIGIT_9) isAfterDigit = true;
    else if (text[index] === "." && mayHavePoint && isAfterDigit) isAfterDigit = mayHavePoint = false;
    else return false;
  }
  return isAfterDigit;
}

/** The values where nobody sets any. */
export function defaultConfiguration<Table extends ConfigurationTable>(table: Table): ConfigurationOf<Table> {
  const values: Record<string, unknown> = {};
  for (const [name, setting] of Object.entries(table)) values[name] = setting.default;
  return values as ConfigurationOf<Table>;
}

/**
 * Reads what a device is told when it starts.
 * @param args pairs of a name and a value: `["--port", "5683"]`
 * @throws {ConfigurationError} that names the argument
 */
export function parseConfiguration<Table extends ConfigurationTable>(
  table: Table,
  args: readonly string[],
): ConfigurationOf<Table> {
  const values = defaultConfiguration(table) as Record<string, unknown>;
  for (let index = 0; index < args.length; index += 2) {
    const option = args[index]!;
    const name = Object.keys(table).find((each) => optionName(each) === option);
    if (name === undefined)
      throw new ConfigurationError(
        `expected ${Object.keys(table).map(optionName).join(", ")}; got ${option}`,
      );
    const text = args[index + 1];
    if (text === undefined) throw new ConfigurationError(`expected a value behind ${option}`);
    try {
      values[name] = parseSetting(table[name]!, text);
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      throw new ConfigurationError(`${option}: ${error.message}`, { cause: error });
    }
  }
  return values as ConfigurationOf<Table>;
}

/** The arguments that {@link parseConfiguration} reads. */
export function configurationArguments(values: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .flatMap(([name, value]) => [optionName(name), String(value)]);
}

/** `--amplification-factor` of `amplificationFactor`. */
export function optionName(name: string): string {
  let option = "--";
  for (const letter of name) {
    const lower = letter.toLowerCase();
    option += letter === lower ? letter : `-${lower}`;
  }
  return option;
}
