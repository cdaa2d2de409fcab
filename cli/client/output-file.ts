/** The file of --output: it has the whole body at the end, and stays what it was where the transfer fails. */

import {
  createWriteStream,
  fchmodSync,
  fchownSync,
  lstatSync,
  readlinkSync,
  realpathSync,
  statSync,
  writeFileSync,
  type Stats,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { NewFile, followLinks, unfinishedName } from "../../hosts/node/files/new-file.js";

const FOR_ALL = 0o666;
const OWNER_ONLY = 0o600;
const RIGHTS = 0o777;

/** What the system says of a folder that takes no new file. */
const CLOSED: readonly unknown[] = ["EACCES", "EPERM", "EROFS"];

/**
 * Writes a body as it comes. What is no file, such as /dev/null or a pipe, gets it at once, and so does what the process
 * has open.
 * @param signal ends it before its end @throws {Error} with the system's code, or what `body` throws
 */
export async function writeOutput(
  path: string,
  body: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<void> {
  const found = statSync(path, { throwIfNoEntry: false });
  const fd = found && descriptorOf(path);
  if (fd !== undefined) return pipeline(body, createWriteStream(path, { fd, autoClose: false }), { signal });
  if (found && !found.isFile()) return pipeline(body, createWriteStream(path), { signal });
  const file = begin(followLinks(path), found);
  try {
    for await (const piece of body) {
      signal.throwIfAborted();
      writeFileSync(file.descriptor, piece);
    }
  } catch (error) {
    file.discard();
    throw error;
  }
  file.replaceOrFill();
}

/** In the folder of what it is to replace; where that takes no new file, in the one for what is temporary. */
function begin(target: string, found: Stats | undefined): NewFile {
  let file: NewFile;
  try {
    file = new NewFile(target, FOR_ALL);
  } catch (error) {
    if (!found || !CLOSED.includes((error as NodeJS.ErrnoException).code)) throw error;
    return new NewFile(target, OWNER_ONLY, unfinishedName(tmpdir()));
  }
  try {
    if (found) keepRights(file, found);
    return file;
  } catch (error) {
    file.discard();
    throw error;
  }
}

/**
 * The number, where a path leads to what this process has open: /dev/stdout, or what a shell makes of `>(gzip)`. Such a
 * link may lead to what has no name, and to where in a file the shell goes on to write.
 */
function descriptorOf(path: string): number | undefined {
  const folder = realpathSync(dirname(path));
  if (folder === `/proc/${process.pid}/fd`) return Number(basename(path));
  const isLink = lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
  return isLink ? descriptorOf(resolve(folder, readlinkSync(path))) : undefined;
}

/** The file has those of the one that it replaces. */
function keepRights({ descriptor }: NewFile, { mode, uid, gid }: Stats): void {
  try {
    fchownSync(descriptor, uid, gid);
  } catch {
    // It was another's, who lets us write: it is ours from now on.
  }
  fchmodSync(descriptor, mode & RIGHTS);
}
