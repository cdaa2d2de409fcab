/** Files with secrets: JSON that people can read, and nobody but their owner. */

import { closeSync, fstatSync, fsyncSync, openSync, readFileSync, writeFileSync, type Stats } from "node:fs";

/** Rights of group and others. */
const RIGHTS_OF_OTHERS = 0o077;
const OWNER_ONLY = 0o600;

/** A file of keys is not what it should be; the message says which, what was expected, and never a secret. */
export class SecretFileError extends Error {
  override name = "SecretFileError";
}

/** @throws {SecretFileError} where others have a right to a file of that mode */
export function requireOwnerOnly(path: string, { mode }: Pick<Stats, "mode">): void {
  if ((mode & RIGHTS_OF_OTHERS) !== 0)
    throw new SecretFileError(
      `${path}: expected a secret that nobody but its owner can read; mend it with: chmod 600 ${path}`,
    );
}

/**
 * The object in a file.
 * @throws {SecretFileError} where others may read it, or it has something else
 * @throws {Error} with the system's code when it cannot be read
 */
export function readSecretFile(path: string): Readonly<Record<string, unknown>> {
  const file = openSync(path, "r");
  try {
    requireOwnerOnly(path, fstatSync(file));
    return parseRecord(path, readFileSync(file, "utf8"));
  } finally {
    closeSync(file);
  }
}

/**
 * Makes a file, durable when this returns.
 * @throws {SecretFileError} where there is one: a key that is overwritten is lost
 */
export function writeSecretFile(path: string, record: Readonly<Record<string, unknown>>): void {
  const file = create(path);
  try {
    writeFileSync(file, `${JSON.stringify(record, undefined, 2)}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function create(path: string): number {
  try {
    return openSync(path, "wx", OWNER_ONLY);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    throw new SecretFileError(
      `${path}: expected a new file, got one that is there: keys are not overwritten`,
    );
  }
}

function parseRecord(path: string, text: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // What the parser says quotes the file.
    throw new SecretFileError(`${path}: expected JSON, got something else`);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new SecretFileError(`${path}: expected a JSON object, got something else`);
  return value as Readonly<Record<string, unknown>>;
}
