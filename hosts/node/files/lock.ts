/**
 * What one program at a time may use. The kernel holds the lock, on the open file and not on its name: it ends with the
 * program, however that ends, and is the same through links, mounts and namespaces, and the same that the XS host takes.
 *
 * Node.js has no flock(2). A command has it that is given the descriptor: as it shares our open file, we have the lock
 * when it has ended. Other programs that we start do not get the descriptor.
 */

import { spawnSync } from "node:child_process";
import { closeSync, constants, openSync } from "node:fs";

const OWNER_ONLY = 0o600;
/** On a file system that does not answer. */
const TIMEOUT_MS = 10_000;

/** The first number after the standard streams. */
const DESCRIPTOR = 3;
const TAKEN = 0;
const HELD_BY_ANOTHER = 1;

/** Ends with 0 when it has the lock, with 1 and without a word when another has it, and says why it cannot otherwise. */
const COMMANDS: readonly (readonly [command: string, ...args: readonly string[]])[] = [
  // Of util-linux or BusyBox.
  ["flock", "-n", String(DESCRIPTOR)],
  // For macOS.
  [
    "perl",
    "-MFcntl=:flock",
    "-MErrno",
    "-e",
    `open(my $file, "+<&=", ${DESCRIPTOR}) or die "$!\\n"; flock($file, LOCK_EX | LOCK_NB) or $!{EWOULDBLOCK} ? exit(1) : die "$!\\n"`,
  ],
];

/** Another program has it. */
export class LockedError extends Error {
  override name = "LockedError";
}

/** There is no telling whether another program has it. */
export class UnlockableError extends Error {
  override name = "UnlockableError";
}

/**
 * Takes the lock of an open file, until that is closed. Never waits for it.
 * @param file its descriptor, open for reading and writing @param name for messages
 * @throws {LockedError} @throws {UnlockableError} with the reason
 */
function lockFile(file: number, name: string): void {
  const reasons: string[] = [];
  for (const [command, ...args] of COMMANDS) {
    const { status, signal, stderr, error } = spawnSync(command, args, {
      stdio: ["ignore", "ignore", "pipe", file],
      encoding: "utf8",
      timeout: TIMEOUT_MS,
    });
    if (status === TAKEN) return;
    // null where the command did not start.
    const said = (stderr as string | null)?.trim() ?? "";
    if (status === HELD_BY_ANOTHER && said === "") throw new LockedError(`another program uses ${name}`);
    reasons.push(
      said === "" ? (reasonOf(command, error) ?? `${command} ended with ${status ?? signal}`) : said,
    );
  }
  throw new UnlockableError(`${name}: expected a file that can be locked: ${reasons.join("; ")}`);
}

function reasonOf(command: string, error: NodeJS.ErrnoException | undefined): string | undefined {
  return error?.code === "ENOENT" ? `${command} is not installed` : error?.message;
}

/**
 * Opens a file for this program alone, until it is closed.
 * @param flags further ones of open(2) @param name for messages @returns its descriptor
 * @throws {LockedError | UnlockableError} @throws {Error} with the system's code
 */
export function openLocked(path: string, flags = 0, name = path): number {
  const file = openSync(path, constants.O_RDWR | flags, OWNER_ONLY);
  try {
    lockFile(file, name);
    return file;
  } catch (error) {
    closeSync(file);
    throw error;
  }
}

/** The lock of what is more than a file: that of an empty file, which stays there, as another one would be another lock. */
export class FileLock {
  readonly #file: number;
  #isHeld = true;

  /** @param path of the empty file, made where it is missing @param name for messages @throws as {@link openLocked} */
  constructor(path: string, name: string) {
    this.#file = openLocked(path, constants.O_CREAT, name);
  }

  get isHeld(): boolean {
    return this.#isHeld;
  }

  /** Others may have it. */
  release(): void {
    if (this.#isHeld) closeSync(this.#file);
    this.#isHeld = false;
  }
}
