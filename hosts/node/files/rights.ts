/** Who has rights to files and folders of secrets: their owner, and nobody else. */

import { constants, fstatSync, realpathSync, statSync } from "node:fs";
import { dirname } from "node:path";

/** Rights of group and others: any, and to write. */
const RIGHTS_OF_OTHERS = 0o077;
const WRITING_BY_OTHERS = 0o022;
const WRITING_BY_GROUP = 0o020;
const WRITING_BY_ALL = 0o002;
/** In such a folder, like /tmp, nobody renames or removes what is another's. */
const STICKY = 0o1000;

/** A file of secrets is not what it should be; the message says which, what was expected, and never a secret. */
export class SecretFileError extends Error {
  override name = "SecretFileError";
}

/** Of an open file: what is checked is then what is read. */
export interface FileRights {
  readonly path: string;
  /** As in `Stats`. */
  readonly mode: number;
}

/** The command that mends it, to copy; none for a device such as /dev/null, which programs of others need as it is. */
function mending(rights: string, { path, mode }: FileRights): string {
  const type = mode & constants.S_IFMT;
  if (type === constants.S_IFCHR || type === constants.S_IFBLK) return ", got a device";
  return `; mend it with: chmod ${rights} ${shellWord(path)}`;
}

/** A path as a shell reads it. */
function shellWord(path: string): string {
  const word = path.startsWith("-") ? `./${path}` : path;
  return /^[\p{L}\p{N}_./@%+=:,-]+$/u.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/**
 * @throws {SecretFileError} where others have a right to a file, which has a secret, or can put another in its place
 * @throws {Error} with the system's code
 */
export function requireOwnersAlone({ path, mode }: FileRights): void {
  if ((mode & RIGHTS_OF_OTHERS) !== 0)
    throw new SecretFileError(
      `${path}: expected a secret that nobody but its owner can read${mending("600", { path, mode })}`,
    );
  requireNamed({ path, mode });
}

/**
 * @throws {SecretFileError} where others may change a file, and with it whom its owner trusts
 * @throws {Error} with the system's code
 */
export function requireUnchanged({ path, mode }: FileRights): void {
  if ((mode & WRITING_BY_OTHERS) !== 0)
    throw new SecretFileError(
      `${path}: expected a file that nobody but its owner can write${mending("go-w", { path, mode })}`,
    );
  requireNamed({ path, mode });
}

/** Of an open file. @throws as {@link requireOwnersAlone} */
export function requireOwnersFile(path: string, descriptor: number): void {
  requireOwnersAlone({ path, mode: fstatSync(descriptor).mode });
}

/** Nobody else can give the name to another file; a pipe has none that means something. */
function requireNamed({ path, mode }: FileRights): void {
  if ((mode & constants.S_IFMT) !== constants.S_IFREG) return;
  for (const folder of new Set([path, realpathSync(path)].map(dirname))) requireFolderUnchanged(folder);
}

/**
 * @param path of a folder in which all is one program's
 * @throws {SecretFileError} where others have a right to it @throws {Error} with the system's code when it is not there
 */
export function requireOwnersFolder(path: string): void {
  const { mode } = statSync(path);
  if ((mode & RIGHTS_OF_OTHERS) !== 0)
    throw new SecretFileError(
      `${path}: expected a folder that nobody but its owner can enter${mending("700", { path, mode })}`,
    );
}

/**
 * A file is as safe as its name: who may write to the folder can put another in its place.
 * @param path of a folder that has other things, too: all may read it, and a group that is the owner's own may write
 * @throws {SecretFileError} where others may rename what is in it
 * @throws {Error} with the system's code when it is not there
 */
export function requireFolderUnchanged(path: string): void {
  const { mode, uid, gid } = statSync(path);
  // A group of the owner alone has the owner's number, by the convention of pam_umask(8).
  const writing = uid === gid ? WRITING_BY_ALL : WRITING_BY_ALL | WRITING_BY_GROUP;
  if ((mode & writing) !== 0 && (mode & STICKY) === 0)
    throw new SecretFileError(
      `${path}: expected a folder that nobody but its owner can write to${mending("go-w", { path, mode })}`,
    );
}
