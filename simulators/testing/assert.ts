/** Assertions of portable tests: the few that a reader needs, with messages that show both sides. */

export class AssertionError extends Error {
  override name = "AssertionError";
}

/** A value as a person would write it; bytes as hex. */
export function show(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "function") return `[function ${value.name}]`;
  if (value instanceof Uint8Array)
    return `h'${[...value].map((b) => b.toString(16).padStart(2, "0")).join("")}'`;
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  if (value instanceof Map) return `Map(${show([...value])})`;
  if (Array.isArray(value)) return `[${value.map(show).join(", ")}]`;
  if (typeof value === "object" && value !== null)
    return `{${Object.entries(value)
      .map(([key, item]) => `${key}: ${show(item)}`)
      .join(", ")}}`;
  return String(value);
}

function same(actual: unknown, expected: unknown): boolean {
  if (Object.is(actual, expected)) return true;
  if (typeof actual !== "object" || typeof expected !== "object" || actual === null || expected === null)
    return false;
  if (actual instanceof Uint8Array || expected instanceof Uint8Array)
    return (
      actual instanceof Uint8Array &&
      expected instanceof Uint8Array &&
      actual.length === expected.length &&
      actual.every((byte, index) => byte === expected[index])
    );
  if (actual instanceof Map && expected instanceof Map) return same([...actual], [...expected]);
  if (Array.isArray(actual) !== Array.isArray(expected)) return false;
  const keys = Object.keys(actual);
  return (
    keys.length === Object.keys(expected).length &&
    keys.every(
      (key) =>
        Object.hasOwn(expected, key) &&
        same((actual as Record<string, unknown>)[key], (expected as Record<string, unknown>)[key]),
    )
  );
}

function fail(message: string | undefined, detail: string): never {
  throw new AssertionError(message === undefined ? detail : `${message}: ${detail}`);
}

export interface Assert {
  /** `condition` holds. */
  ok(condition: unknown, message?: string): asserts condition;
  /** Same primitive, or same reference. */
  equal(actual: unknown, expected: unknown, message?: string): void;
  /** Same structure: arrays, plain objects, Maps and Uint8Arrays. */
  deepEqual(actual: unknown, expected: unknown, message?: string): void;
  /** `body` throws an instance of `type` whose message contains `text`; returns the error. */
  throws<E extends Error>(body: () => unknown, type: abstract new (...args: never[]) => E, text?: string): E;
  /** `promise` rejects likewise. */
  rejects<E extends Error>(
    promise: Promise<unknown>,
    type: abstract new (...args: never[]) => E,
    text?: string,
  ): Promise<E>;
}

function checkError<E extends Error>(
  error: unknown,
  type: abstract new (...args: never[]) => E,
  text: string | undefined,
): E {
  if (!(error instanceof type)) fail(undefined, `expected ${type.name}, got ${show(error)}`);
  if (text !== undefined && !error.message.includes(text))
    fail(undefined, `expected a message with ${show(text)}, got ${show(error.message)}`);
  return error;
}

export const assert: Assert = {
  ok(condition, message) {
    if (!condition) fail(message, `expected a true value, got ${show(condition)}`);
  },
  equal(actual, expected, message) {
    if (!Object.is(actual, expected)) fail(message, `expected ${show(expected)}, got ${show(actual)}`);
  },
  deepEqual(actual, expected, message) {
    if (!same(actual, expected)) fail(message, `expected ${show(expected)}, got ${show(actual)}`);
  },
  throws(body, type, text) {
    let result: unknown;
    try {
      result = body();
    } catch (error) {
      return checkError(error, type, text);
    }
    return fail(undefined, `expected ${type.name}, got ${show(result)}`);
  },
  async rejects(promise, type, text) {
    let result: unknown;
    try {
      result = await promise;
    } catch (error) {
      return checkError(error, type, text);
    }
    return fail(undefined, `expected ${type.name}, got ${show(result)}`);
  },
};
