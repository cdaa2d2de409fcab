/** The file that is the flash memory of a board in QEMU. */

import { closeSync, openSync, renameSync, statSync, writeSync } from "node:fs";
import type { Flash } from "../../../src/platform.js";
import { FileFlash } from "../storage/file-flash.js";

/** QEMU's machine `virt` takes no other size. */
const FLASH_BYTES = 32 * 1024 * 1024;
/** As hosts/xs/riscv/devices/flash.c and hosts/xs/engine/limits.h have them. */
const BLOCK_BYTES = 256 * 1024;
const STORAGE_BLOCKS = 3;
const ERASED = 0xff;
const NEW_ENDING = ".new";

/**
 * Makes the file where it is missing, erased.
 * @throws {RangeError} for a file of another size @throws {Error} with the file system's `code`
 */
export function ensureFlashFile(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false })?.size;
  if (found === FLASH_BYTES) return;
  if (found !== undefined)
    throw new RangeError(`expected a flash memory of ${FLASH_BYTES} bytes in ${path}, got ${found}`);
  // Under another name until it is whole.
  const file = openSync(path + NEW_ENDING, "w", 0o600);
  writeSync(file, new Uint8Array(FLASH_BYTES).fill(ERASED));
  closeSync(file);
  renameSync(path + NEW_ENDING, path);
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
