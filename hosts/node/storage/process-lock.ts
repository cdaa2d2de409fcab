/** What one process at a time may use: a file with its process ID, which may be left behind where it was killed. */

import { closeSync, linkSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";

/** A process that runs has it. */
export class LockedError extends Error {
  override name = "LockedError";
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}

export class ProcessLock {
  readonly #path: string;

  private constructor(path: string) {
    this.#path = path;
  }

  /**
   * Takes the lock.
   * @param path its file, in a folder that there is
   * @throws {LockedError} naming the process that has it @throws {Error} with the system's code
   */
  static acquire(path: string): ProcessLock {
    const own = `${path}.${process.pid}`;
    // It has its text before it has its name, so nobody reads an empty one.
    writeFileSync(own, `${process.pid}\n`, { mode: 0o600 });
    try {
      if (!tryLink(own, path)) takeOver(own, path);
    } finally {
      rmSync(own, { force: true });
    }
    return new ProcessLock(path);
  }

  release(): void {
    rmSync(this.#path, { force: true });
  }
}

/** @returns false where the name is taken */
function tryLink(own: string, path: string): boolean {
  try {
    linkSync(own, path);
    return true;
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
    return false;
  }
}

/** Replaces what a process left behind that is no more: one at a time, or two would replace each other. */
function takeOver(own: string, path: string): void {
  requireEnded(path);
  const guard = `${path}.takeover`;
  try {
    closeSync(openSync(guard, "wx", 0o600));
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
    throw new LockedError(`another process takes ${path} over; remove ${guard} where none does`);
  }
  try {
    if (tryLink(own, path)) return;
    requireEnded(path);
    renameSync(own, path);
  } finally {
    rmSync(guard);
  }
}

/** @throws {LockedError} */
function requireEnded(path: string): void {
  const holder = readHolder(path);
  if (holder !== undefined && isRunning(holder))
    throw new LockedError(`process ${holder} has ${path}; remove that where it has not`);
}

function readHolder(path: string): number | undefined {
  try {
    return Number(readFileSync(path, "utf8"));
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw error;
    return undefined;
  }
}

function isRunning(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    // Somebody else's runs, too.
    return codeOf(error) !== "ESRCH";
  }
}
