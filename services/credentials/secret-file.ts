/** Files of keys: JSON that people can read; where it has secrets, nobody but their owner. */

import { closeSync, fstatSync, openSync, readFileSync } from "node:fs";
import { crc32 } from "../../src/bytes/crc32.js";
import { fromHex, toHex } from "../../src/bytes/hex.js";
import { encodeUtf8 } from "../../src/bytes/utf8.js";
import { createFile, isTaken } from "../../hosts/node/files/new-file.js";
import { SecretFileError, requireOwnersAlone, type FileRights } from "../../hosts/node/files/rights.js";

const OWNER_ONLY = 0o600;
const FOR_ALL_TO_READ = 0o644;

/** What was in a file. */
export interface KeyFile extends FileRights {
  readonly content: Buffer;
}

/** @throws {Error} with the system's code when it cannot be read */
export function readKeyFile(path: string): KeyFile {
  const file = openSync(path, "r");
  try {
    return { path, content: readFileSync(file), mode: fstatSync(file).mode };
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

/** The object in a file. @throws {SecretFileError} where it has something else, or is not as its checksum says */
export function recordIn({ path, content }: KeyFile): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(content.toString());
  } catch {
    // What the parser says quotes the file.
    throw new SecretFileError(`${path}: expected JSON, got something else`);
  }
  return checkedRecord(requireRecord(value, path, "a JSON object"), path);
}

/** What is in a file besides its checksum. @throws {SecretFileError} where that is another */
export function checkedRecord(
  record: Readonly<Record<string, unknown>>,
  path: string,
): Readonly<Record<string, unknown>> {
  const { checksum, ...rest } = record;
  // Files that people make have none.
  if (checksum === undefined) return record;
  if (checksum !== checksumOf(rest))
    throw new SecretFileError(
      `${path}: expected what the file was made with, got something else: it is damaged, ` +
        'or was changed, and then without the field "checksum" is right',
    );
  return rest;
}

/** CRC-32 of the fields as compact JSON, in hexadecimal: no damage makes another key of a key. */
function checksumOf(record: object): string {
  const checksum = new DataView(new ArrayBuffer(4));
  checksum.setInt32(0, crc32(encodeUtf8(JSON.stringify(record))));
  return toHex(new Uint8Array(checksum.buffer));
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
 * Makes a file of its owner alone, with a checksum, whole or not at all, durable when this returns.
 * @throws {SecretFileError} where there is one: a key that is overwritten is lost
 */
export function writeSecretFile(path: string, record: object): void {
  write(path, { ...record, checksum: checksumOf(record) }, OWNER_ONLY);
}

/** Makes a file for everybody to read. @throws {SecretFileError} where there is one */
export function writePublicFile(path: string, record: object): void {
  write(path, record, FOR_ALL_TO_READ);
}

function write(path: string, record: object, mode: number): void {
  try {
    createFile(path, `${JSON.stringify(record, undefined, 2)}\n`, mode);
  } catch (error) {
    if (!isTaken(error)) throw error;
    throw new SecretFileError(
      `${path}: expected a new file, got one that is there: keys are not overwritten`,
    );
  }
}
