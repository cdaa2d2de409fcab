import { existsSync, fstatSync, openSync, closeSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { KeyValueStorage } from "../../../src/ports/key-value.js";
import { checkKey, checkValue } from "../../../src/storage/limits.js";
import { makeFolder, syncFolder } from "../files/folder.js";
import { UNFINISHED_SUFFIX, replaceFile } from "../files/new-file.js";
import { requireOwnersAlone, requireOwnersFolder } from "../files/rights.js";
import { decodeFile, encodeFile } from "./checked-file.js";

const OWNER_ONLY = 0o600;

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}

/**
 * A domain of key-value storage in a folder, a file for each value, which one program at a time may use: who opens it
 * has its lock. The suffix of unfinished files is no character of keys.
 */
export class DirectoryStorage implements KeyValueStorage {
  readonly #directory: string;
  readonly #isHeld: () => boolean;
  #isOpen = true;

  /**
   * @param directory made with the first value @param isHeld whether the program still has the lock
   * @throws {SecretFileError} where others have a right to the directory
   */
  constructor(directory: string, isHeld: () => boolean) {
    this.#directory = directory;
    this.#isHeld = isHeld;
    if (existsSync(directory)) requireOwnersFolder(directory);
  }

  /**
   * @throws {StorageKeyError} @throws {StorageCorruptError} where the value is damaged
   * @throws {SecretFileError} where others have a right to the value @throws {Error} with the file system's `code`
   */
  read(key: string): ArrayBuffer | undefined {
    const path = this.#path(key);
    let file: number;
    try {
      file = openSync(path, "r");
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
    try {
      requireOwnersAlone({ path, mode: fstatSync(file).mode });
      return decodeFile(path, readFileSync(file));
    } finally {
      closeSync(file);
    }
  }

  /** @throws {StorageKeyError | StorageValueError | Error} the last with the file system's `code`; the old value stays then */
  write(key: string, value: Uint8Array): void {
    const path = this.#path(key);
    checkValue(key, value);
    makeFolder(this.#directory);
    // One name for each key, so that what a killed program leaves is gone with the next value.
    replaceFile(path, encodeFile(value), OWNER_ONLY, path + UNFINISHED_SUFFIX);
  }

  delete(key: string): void {
    const path = this.#path(key);
    if (!existsSync(path)) return;
    rmSync(path);
    syncFolder(this.#directory);
  }

  [Symbol.iterator](): Iterator<string> {
    this.#checkOpen();
    if (!existsSync(this.#directory)) return [][Symbol.iterator]();
    const names = readdirSync(this.#directory).filter((name) => !name.endsWith(UNFINISHED_SUFFIX));
    return names.sort()[Symbol.iterator]();
  }

  close(): void {
    this.#isOpen = false;
  }

  #path(key: string): string {
    this.#checkOpen();
    checkKey(key);
    return join(this.#directory, key);
  }

  #checkOpen(): void {
    if (!this.#isOpen || !this.#isHeld())
      throw new Error("expected an open storage domain, got a closed one");
  }
}
