/** The file that is the flash memory of a board in QEMU. */

import { closeSync, statSync } from "node:fs";
import type { Flash } from "../../../../src/ports/flash.js";
import { openLocked } from "../../files/lock.js";
import { createFile, followLinks, isTaken } from "../../files/new-file.js";
import { requireOwnersFile } from "../../files/rights.js";
import { FileFlash } from "../../storage/file-flash.js";

/** QEMU's machine `virt` takes no other size. */
const FLASH_BYTES = 32 * 1024 * 1024;
/** As hosts/xs/riscv/devices/flash.c and hosts/xs/engine/limits.h have them. */
const BLOCK_BYTES = 256 * 1024;
const STORAGE_BLOCKS = 3;
const ERASED = 0xff;
const OWNER_ONLY = 0o600;

/**
 * Makes the file where it is missing, erased.
 * @throws {RangeError} for a file of another size @throws {Error} with the file system's `code`
 */
export function ensureFlashFile(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false })?.size;
  if (found === FLASH_BYTES) return;
  if (found !== undefined)
    throw new RangeError(`expected a flash memory of ${FLASH_BYTES} bytes in ${path}, got ${found}`);
  try {
    createFile(followLinks(path), new Uint8Array(FLASH_BYTES).fill(ERASED), OWNER_ONLY);
  } catch (error) {
    // Another program was faster.
    if (!isTaken(error)) throw error;
  }
}

/**
 * The lock of the file, which is made where it is missing: for who does not write to it here, but starts QEMU with it.
 * @returns a descriptor; who has it, or has inherited it, has the lock
 * @throws as {@link ensureFlashFile}, {@link openLocked} and {@link requireOwnersFile}
 */
export function lockFlashFile(path: string): number {
  ensureFlashFile(path);
  const file = openLocked(path);
  try {
    requireOwnersFile(path, file);
    return file;
  } catch (error) {
    closeSync(file);
    throw error;
  }
}

/** What of it the board has its key-value storage in; the file is made where it is missing. @throws as {@link ensureFlashFile} */
export function openBoardFlash(path: string): Flash {
  ensureFlashFile(path);
  return new FileFlash({
    path,
    blocks: STORAGE_BLOCKS,
    blockLength: BLOCK_BYTES,
    fileBlocks: FLASH_BYTES / BLOCK_BYTES,
  });
}
