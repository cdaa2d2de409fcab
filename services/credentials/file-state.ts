/**
 * What is kept beside the file of a security context: which sequence numbers were used here, or that a device was given
 * the context. It is in a folder, under a name that is made of the key that the numbers count for, so that a copy or
 * another name of the file goes on where it was. RFC 8613 §7.5, Appendix B.1.
 */

import { realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import type { CompleteParameters } from "../../src/security/oscore/context/parameters.js";
import { StoredState } from "../../src/security/oscore/contexts/context-state.js";
import { stateKeyOf } from "../../src/security/oscore/contexts/state-key.js";
import { SecurityContextLostError } from "../../src/security/oscore/errors.js";
import type { KeyValueStorage } from "../../src/ports/key-value.js";
import { MonotonicValue, monotonicEntries } from "../../src/storage/monotonic-value.js";
import { StorageCorruptError } from "../../src/storage/limits.js";
import { nodeCrypto } from "../../hosts/node/crypto/node-crypto.js";
import { makeFolder } from "../../hosts/node/files/folder.js";
import { FileLock, LockedError } from "../../hosts/node/files/lock.js";
import { SecretFileError, requireFolderUnchanged } from "../../hosts/node/files/rights.js";
import { DirectoryStorage } from "../../hosts/node/storage/directory-storage.js";
import { contextParameters } from "./context-file.js";

/** Beside the files. */
const STATE_FOLDER = "oscore-state";

/** In place of a counter, so that whoever looks for one finds none that it could go on with. */
const GIVEN_TO_DEVICE = new Uint8Array(1);

/** The state of one context, which this process alone has until {@link release}. */
export class FileState {
  readonly #path: string;
  readonly #key: string;
  readonly #storage: KeyValueStorage;
  readonly #value: MonotonicValue;
  readonly #lock: FileLock;
  #isNewlyGiven = false;

  /**
   * @throws {SecretFileError} where another program has it, or others have a right to the folder
   * @throws {UnlockableError} where there is no telling whether another program has it
   * @throws {Error} with the system's code when it cannot be kept
   */
  constructor(path: string, parameters: CompleteParameters) {
    const folder = dirname(realpathSync(path));
    this.#path = path;
    this.#key = stateKeyOf(nodeCrypto, contextParameters(parameters));
    // Who could put another folder in its place could have numbers used again.
    requireFolderUnchanged(folder);
    const stateFolder = join(folder, STATE_FOLDER);
    makeFolder(stateFolder);
    this.#storage = new DirectoryStorage(stateFolder, () => this.#lock.isHeld);
    this.#value = new MonotonicValue(this.#storage, this.#key);
    try {
      this.#lock = new FileLock(join(stateFolder, `${this.#key}.lock~`), path);
    } catch (error) {
      if (!(error instanceof LockedError)) throw error;
      throw new SecretFileError(
        `${path}: expected a security context that no other program uses, got one in use`,
        { cause: error },
      );
    }
  }

  /** The numbers, to go on with. @throws {SecretFileError} where a device has the context, or they are lost */
  counted(): StoredState {
    if (isGiven(this.#read()))
      throw new SecretFileError(
        `${this.#path}: expected a security context of this machine, got one that a device was given`,
      );
    try {
      return new StoredState(this.#storage, this.#key);
    } catch (error) {
      if (!(error instanceof SecurityContextLostError)) throw error;
      throw new SecretFileError(`${this.#path}: ${error.message}`, { cause: error });
    }
  }

  /**
   * A device goes on with the numbers from now on, and nobody else.
   * @param hasIt whether it is that device which has the context already
   * @returns the key of its state where the context is new to the device
   * @throws {SecretFileError} where numbers were used elsewhere
   */
  give(hasIt: (key: string) => boolean): string | undefined {
    if (hasIt(this.#key)) return undefined;
    const state = this.#read();
    if (state)
      throw new SecretFileError(
        `${this.#path}: expected a security context that is new, got one that ` +
          (isGiven(state) ? "another device was given" : "was used on this machine"),
      );
    this.#isNewlyGiven = true;
    this.#value.write(GIVEN_TO_DEVICE);
    return this.#key;
  }

  /** The device did not get it, where {@link give} has given it. */
  takeBack(): void {
    if (this.#isNewlyGiven)
      for (const { key } of monotonicEntries(this.#key, GIVEN_TO_DEVICE)) this.#storage.delete(key);
    this.#isNewlyGiven = false;
  }

  /** Others may have it. */
  release(): void {
    this.#lock.release();
  }

  /** @throws {SecretFileError} where it is damaged: who uses the context is not known any more */
  #read(): Uint8Array | undefined {
    try {
      return this.#value.read();
    } catch (error) {
      if (!(error instanceof StorageCorruptError)) throw error;
      throw new SecretFileError(
        `${this.#path}: its sequence numbers are lost, both sides need new keys: ${error.message}`,
        { cause: error },
      );
    }
  }
}

function isGiven(state: Uint8Array | undefined): boolean {
  return state?.length === GIVEN_TO_DEVICE.length;
}
