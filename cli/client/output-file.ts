/** The file of --output: it has the whole body at the end, and stays what it was where the transfer fails. */

import { createWriteStream, fchmodSync, fchownSync, statSync, writeFileSync, type Stats } from "node:fs";
import { pipeline } from "node:stream/promises";
import { NewFile, followLinks } from "../../hosts/node/files/new-file.js";

const FOR_ALL = 0o666;
const RIGHTS = 0o777;

/**
 * Writes a body as it comes. What is no file, such as /dev/null or a pipe, gets it at once.
 * @param signal ends it before its end @throws {Error} with the system's code, or what `body` throws
 */
export async function writeOutput(
  path: string,
  body: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<void> {
  const target = followLinks(path);
  const found = statSync(target, { throwIfNoEntry: false });
  if (found && !found.isFile()) return pipeline(body, createWriteStream(target), { signal });
  const file = new NewFile(target, FOR_ALL);
  try {
    if (found) keepRights(file, found);
    for await (const piece of body) {
      signal.throwIfAborted();
      writeFileSync(file.descriptor, piece);
    }
  } catch (error) {
    file.discard();
    throw error;
  }
  file.replace();
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
