/**
 * Files that are there whole or not at all, whatever happens meanwhile: written under another name in the same folder,
 * made durable, then given their name. What a killed program leaves has a name that nobody asks for.
 */

import { randomBytes } from "node:crypto";
import {
  closeSync,
  constants,
  fsyncSync,
  ftruncateSync,
  linkSync,
  lstatSync,
  openSync,
  readSync,
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

const EMPTY_MODE = 0o600;
const PIECE_BYTES = 65_536;

/** What file systems say that have no hard links, such as FAT. */
const NO_LINKS: readonly unknown[] = ["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"];
/** What is there can be written, but nothing take its place: a mount point, the folder of somebody else, another disk. */
const IRREPLACEABLE: readonly unknown[] = ["EBUSY", "EACCES", "EPERM", "EXDEV", "EROFS"];

/** A name for an unfinished file that nothing has. */
export function unfinishedName(folder: string): string {
  return join(folder, `.coapsule-${randomBytes(RANDOM_BYTES).toString("hex")}${UNFINISHED_SUFFIX}`);
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
  constructor(path: string, mode: number, unfinished = unfinishedName(dirname(path))) {
    this.#path = path;
    this.#unfinished = unfinished;
    try {
      rmSync(unfinished, { force: true });
      this.descriptor = openSync(unfinished, "wx+", mode);
    } catch (error) {
      throw this.#renamed(error);
    }
  }

  /** Gives it its name, in place of what has that. @throws {Error} with the system's code; nothing has changed then */
  replace(): void {
    this.#finish(() => renameSync(this.#unfinished, this.#path));
  }

  /**
   * As {@link replace}; where nothing can take the place of the file that is there, that gets the content. Only then is
   * it neither the old nor the new one where there is no room for it.
   * @throws {Error} with the system's code
   */
  replaceOrFill(): void {
    this.#finish(() => {
      try {
        renameSync(this.#unfinished, this.#path);
      } catch (error) {
        if (!IRREPLACEABLE.includes((error as NodeJS.ErrnoException).code)) throw error;
        fill(this.#path, this.descriptor);
        rmSync(this.#unfinished);
      }
    });
  }

  /** Gives it its name, which is free. @throws {Error} with the system's code, EEXIST where it is not */
  create(): void {
    this.#finish(() => {
      try {
        linkSync(this.#unfinished, this.#path);
      } catch (error) {
        if (!NO_LINKS.includes((error as NodeJS.ErrnoException).code)) throw error;
        this.#claim();
        return;
      }
      rmSync(this.#unfinished);
    });
  }

  /** Removes it. */
  discard(): void {
    closeSync(this.descriptor);
    rmSync(this.#unfinished, { force: true });
  }

  /** Without hard links: an empty file has the name for a moment, and keeps it where the program is killed then. */
  #claim(): void {
    closeSync(openSync(this.#path, "wx", EMPTY_MODE));
    try {
      renameSync(this.#unfinished, this.#path);
    } catch (error) {
      rmSync(this.#path, { force: true });
      throw error;
    }
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

/** Gives a file the content of another one, and leaves it its rights and its owner. */
function fill(path: string, content: number): void {
  const file = openSync(path, constants.O_WRONLY);
  try {
    const piece = new Uint8Array(PIECE_BYTES);
    let length = 0;
    for (let read; (read = readSync(content, piece, 0, piece.length, length)) > 0; length += read)
      writeFileSync(file, piece.subarray(0, read));
    ftruncateSync(file, length);
    fsyncSync(file);
  } finally {
    closeSync(file);
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
