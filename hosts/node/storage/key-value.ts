import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import type { KeyValue, KeyValueStorage } from "../../../src/platform.js";
import { checkKey, checkValue } from "../../../src/storage/limits.js";

/** Not a character of keys, so that what a power cut leaves behind is never taken for a value. */
const TEMPORARY_SUFFIX = "~";

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}

/** Makes names in a directory durable, as a new or renamed file is only found after a power cut with this. */
function syncDirectory(path: string): void {
  const directory = openSync(path, "r");
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}

/** Makes a directory and those above it, durable down to the last. */
function makeDirectory(path: string): void {
  if (existsSync(path)) return;
  makeDirectory(dirname(path));
  mkdirSync(path, { mode: 0o700 });
  syncDirectory(dirname(path));
}

/**
 * Key-value storage in a directory: a domain is a directory in it, a key a file. For programs that keep more than a
 * device does; a device keeps its values in flash, see `device-storage.ts`.
 */
export class NodeKeyValue implements KeyValue {
  readonly #directory: string;

  /** @param directory made when the first value is written */
  constructor(directory: string) {
    this.#directory = directory;
  }

  /** @throws {StorageKeyError} for a domain name that is no key */
  open({ path }: { readonly path: string }): KeyValueStorage {
    checkKey(path);
    return new DirectoryStorage(join(this.#directory, path));
  }
}

class DirectoryStorage implements KeyValueStorage {
  readonly #directory: string;
  #isOpen = true;

  constructor(directory: string) {
    this.#directory = directory;
  }

  read(key: string): ArrayBuffer | undefined {
    const path = this.#path(key);
    try {
      return new Uint8Array(readFileSync(path)).buffer;
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  /** @throws {StorageKeyError | StorageValueError | Error} the last with the file system's `code` */
  write(key: string, value: Uint8Array): void {
    const path = this.#path(key);
    checkValue(key, value);
    makeDirectory(this.#directory);
    const temporary = path + TEMPORARY_SUFFIX;
    const file = openSync(temporary, "w", 0o600);
    try {
      writeFileSync(file, value);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
    syncDirectory(this.#directory);
  }

  delete(key: string): void {
    const path = this.#path(key);
    if (!existsSync(path)) return;
    rmSync(path);
    syncDirectory(this.#directory);
  }

  [Symbol.iterator](): Iterator<string> {
    this.#checkOpen();
    if (!existsSync(this.#directory)) return [][Symbol.iterator]();
    const names = readdirSync(this.#directory).filter((name) => !name.endsWith(TEMPORARY_SUFFIX));
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
    if (!this.#isOpen) throw new Error("expected an open storage domain, got a closed one");
  }
}
