/**
 * Files that are there whole or not at all, whatever happens meanwhile: written under another name in the same folder,
 * made durable, then given their name. What a killed program leaves has a name that nobody asks for.
 */

import { randomBytes } from "node:crypto";
import {
  closeSync,
  fsyncSync,
  linkSync,
  lstatSync,
  openSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import { syncFolder } from "./folder.js";

/** Ends the names of unfinished files. */
export const UNFINISHED_SUFFIX = "~";
const RANDOM_BYTES = 8;

function unfinishedName(path: string): string {
  return join(dirname(path), `.coapsule-${randomBytes(RANDOM_BYTES).toString("hex")}${UNFINISHED_SUFFIX}`);
}

/** A file that is being written. One of {@link replace}, {@link create} and {@link discard} ends it. */
export class NewFile {
  readonly #path: string;
  readonly #unfinished: string;
  /** To write to. */
  readonly descriptor: number;

  /**
   * @param path what it will be called @param mode its rights, less those that the process takes off new files
   * @param unfinished what it is called until then, in the same folder; a random name where absent. What has that name
   * is removed
   * @throws {Error} with the system's code
   */
  constructor(path: string, mode: number, unfinished = unfinishedName(path)) {
    this.#path = path;
    this.#unfinished = unfinished;
    try {
      rmSync(unfinished, { force: true });
      this.descriptor = openSync(unfinished, "wx", mode);
    } catch (error) {
      throw this.#renamed(error);
    }
  }

  /** Gives it its name, in place of what has that. @throws {Error} with the system's code; nothing has changed then */
  replace(): void {
    this.#finish(() => renameSync(this.#unfinished, this.#path));
  }

  /** Gives it its name, which is free. @throws {Error} with the system's code, EEXIST where it is not */
  create(): void {
    this.#finish(() => {
      linkSync(this.#unfinished, this.#path);
      rmSync(this.#unfinished);
    });
  }

  /** Removes it. */
  discard(): void {
    closeSync(this.descriptor);
    rmSync(this.#unfinished, { force: true });
  }

  #finish(name: () => void): void {
    try {
      fsyncSync(this.descriptor);
      name();
    } catch (error) {
      this.discard();
      throw this.#renamed(error);
    }
    closeSync(this.descriptor);
    syncFolder(dirname(this.#path));
  }

  /** People know the name that it was to have. */
  #renamed(error: unknown): unknown {
    if (error instanceof Error && "path" in error) error.path = this.#path;
    return error;
  }
}

/** A whole file in place of what is there, durable when this returns. @throws as {@link NewFile.replace} */
export function replaceFile(
  path: string,
  content: string | Uint8Array,
  mode: number,
  unfinished?: string,
): void {
  written(new NewFile(path, mode, unfinished), content).replace();
}

/** A whole file where there is none, durable when this returns. @throws as {@link NewFile.create} */
export function createFile(path: string, content: string | Uint8Array, mode: number): void {
  written(new NewFile(path, mode), content).create();
}

/**
 * Where symbolic links lead to, though there is nothing yet: a new file takes the place of what has its very name.
 * @throws {Error} with the system's code
 */
export function followLinks(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    const isLink = lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
    return isLink ? followLinks(resolve(dirname(path), readlinkSync(path))) : path;
  }
}

/** Whether there is something under the name of a file that was to be created. */
export function isTaken(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === "EEXIST";
}

function written(file: NewFile, content: string | Uint8Array): NewFile {
  try {
    writeFileSync(file.descriptor, content);
    return file;
  } catch (error) {
    file.discard();
    throw error;
  }
}
