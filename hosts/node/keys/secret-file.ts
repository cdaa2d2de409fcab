/** Files of keys: JSON that people can read; where it has secrets, nobody but their owner. */

import { closeSync, fstatSync, fsyncSync, openSync, readFileSync, writeFileSync, type Stats } from "node:fs";
import { fromHex } from "../../../src/bytes/hex.js";

/** Rights of group and others: any, and to write. */
const RIGHTS_OF_OTHERS = 0o077;
const WRITING_BY_OTHERS = 0o022;
const OWNER_ONLY = 0o600;
const FOR_ALL_TO_READ = 0o644;

/** A file of keys is not what it should be; the message says which, what was expected, and never a secret. */
export class SecretFileError extends Error {
  override name = "SecretFileError";
}

/** What was in a file. */
export interface KeyFile {
  readonly path: string;
  readonly content: Buffer;
  /** Whether nobody else has a right to it. */
  readonly isOwnersAlone: boolean;
  /** Whether somebody else may change it. */
  readonly mayOthersWrite: boolean;
}

/** Whether nobody but its owner has a right to a file. */
export function isOwnersAlone({ mode }: Pick<Stats, "mode">): boolean {
  return (mode & RIGHTS_OF_OTHERS) === 0;
}

/** @throws {Error} with the system's code when it cannot be read */
export function readKeyFile(path: string): KeyFile {
  const file = openSync(path, "r");
  try {
    const stats = fstatSync(file);
    const mayOthersWrite = (stats.mode & WRITING_BY_OTHERS) !== 0;
    return { path, content: readFileSync(file), isOwnersAlone: isOwnersAlone(stats), mayOthersWrite };
  } finally {
    closeSync(file);
  }
}

/**
 * The object in a file with secrets.
 * @throws {SecretFileError} where others may read it, or it has something else
 * @throws {Error} with the system's code when it cannot be read
 */
export function readSecretFile(path: string): Readonly<Record<string, unknown>> {
  const file = readKeyFile(path);
  requireOwnersAlone(file);
  return recordIn(file);
}

/** @throws {SecretFileError} where others may read a file, which has a secret */
export function requireOwnersAlone(file: Pick<KeyFile, "path" | "isOwnersAlone">): void {
  const { path } = file;
  if (!file.isOwnersAlone)
    throw new SecretFileError(
      `${path}: expected a secret that nobody but its owner can read; mend it with: chmod 600 ${path}`,
    );
}

/** @throws {SecretFileError} where others may change a file, and with it whom its owner trusts */
export function requireUnchanged({ path, mayOthersWrite }: KeyFile): void {
  if (mayOthersWrite)
    throw new SecretFileError(
      `${path}: expected a file that nobody but its owner can write; mend it with: chmod go-w ${path}`,
    );
}

/** The object in a file. @throws {SecretFileError} where it has something else */
export function recordIn({ path, content }: KeyFile): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(content.toString());
  } catch {
    // What the parser says quotes the file.
    throw new SecretFileError(`${path}: expected JSON, got something else`);
  }
  return requireRecord(value, path, "a JSON object");
}

/** @param what was expected @throws {SecretFileError} where `value` is no object */
export function requireRecord(value: unknown, path: string, what: string): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new SecretFileError(`${path}: expected ${what}, got something else`);
  return value as Readonly<Record<string, unknown>>;
}

/** @throws {SecretFileError} for a field that `names` does not have */
export function requireFields(record: object, path: string, names: readonly string[]): void {
  for (const name of Object.keys(record))
    if (!names.includes(name))
      throw new SecretFileError(`${path}: expected fields of ${names.join(", ")}, got "${name}"`);
}

/** Bytes in hexadecimal. @throws {SecretFileError} for anything else */
export function readHex(value: unknown, path: string, name: string): Uint8Array {
  if (typeof value === "string" && /^(?:[\da-f]{2})*$/iu.test(value)) return fromHex(value);
  throw new SecretFileError(`${path}: expected bytes in hexadecimal as "${name}", got something else`);
}

/**
 * Makes a file of its owner alone, durable when this returns.
 * @throws {SecretFileError} where there is one: a key that is overwritten is lost
 */
export function writeSecretFile(path: string, record: object): void {
  write(path, record, OWNER_ONLY);
}

/** Makes a file for everybody to read. @throws {SecretFileError} where there is one */
export function writePublicFile(path: string, record: object): void {
  write(path, record, FOR_ALL_TO_READ);
}

function write(path: string, record: object, mode: number): void {
  const file = create(path, mode);
  try {
    writeFileSync(file, `${JSON.stringify(record, undefined, 2)}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function create(path: string, mode: number): number {
  try {
    return openSync(path, "wx", mode);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    throw new SecretFileError(
      `${path}: expected a new file, got one that is there: keys are not overwritten`,
    );
  }
}
