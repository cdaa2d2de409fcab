/**
 * Refuses arguments that nobody would read. The type checker does so; from plain JavaScript a name that is misspelt, or
 * an argument in the wrong place, would be passed over in silence: a request would go out unprotected.
 */

/** The names of the properties of `T`: all of them, which the type checker sees to. */
export type NamesOf<T> = Readonly<Record<keyof T, true>>;

/**
 * @param what such as "options of a request" @param known an object with the names that there are
 * @param ignored what was given behind the last argument
 * @throws {TypeError} that says what is not known
 */
export function requireKnown(
  what: string,
  given: object,
  known: object,
  ignored: readonly unknown[] = [],
): void {
  if (typeof given !== "object" || Array.isArray(given) || ArrayBuffer.isView(given))
    throw new TypeError(`expected an object with ${what}, got ${describe(given)}`);
  for (const name in given)
    if (!Object.hasOwn(known, name))
      throw new TypeError(`expected ${what}: ${Object.keys(known).join(", ")}; got ${name}`);
  if (ignored.length > 0)
    throw new TypeError(`expected ${what} as the last argument, got ${ignored.length} more behind them`);
}

function describe(given: unknown): string {
  return Array.isArray(given) ? "an array" : ArrayBuffer.isView(given) ? "bytes" : typeof given;
}
