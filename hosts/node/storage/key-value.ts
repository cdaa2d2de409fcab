import { join } from "node:path";
import type { KeyValue } from "../../../src/ports/key-value.js";
import { checkKey } from "../../../src/storage/limits.js";
import { makeFolder } from "../files/folder.js";
import { FileLock } from "../files/lock.js";
import { requireFolderUnchanged } from "../files/rights.js";
import { DirectoryStorage } from "./directory-storage.js";

/** Not a name of domains. */
const LOCK_NAME = "lock~";

/**
 * Key-value storage in a directory: a domain is a directory in it, a key a file with a checksum. One program at a time has it. For
 * programs that keep more than a device does; a device keeps its values in flash, see `device-storage.ts`.
 */
export class NodeKeyValue implements KeyValue {
  readonly #directory: string;
  readonly #lock: FileLock;

  /**
   * Opens it, until {@link close} or the end of the program.
   * @param directory made where it is missing
   * @throws {LockedError} where another program has it @throws {UnlockableError} where there is no telling
   * @throws {SecretFileError} where others may write to it @throws {Error} with the file system's `code`
   */
  constructor(directory: string) {
    makeFolder(directory);
    this.#directory = directory;
    requireFolderUnchanged(directory);
    this.#lock = new FileLock(join(directory, LOCK_NAME), directory);
  }

  /** @throws {StorageKeyError} for a domain name that is no key @throws {SecretFileError} where others have a right to it */
  open({ path }: { readonly path: string }): DirectoryStorage {
    checkKey(path);
    return new DirectoryStorage(join(this.#directory, path), () => this.#lock.isHeld);
  }

  /** Closes it, with its domains: others may have it. */
  close(): void {
    this.#lock.release();
  }
}
