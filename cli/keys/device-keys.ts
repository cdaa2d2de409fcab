/** Keys of files, given to a device before it starts. RFC 8613 §3.2. */

import { statSync } from "node:fs";
import { giveContexts } from "../../hosts/node/keys/device-keys.js";
import { isOwnersAlone, requireOwnersAlone } from "../../hosts/node/keys/secret-file.js";
import { openBoardFlash } from "../../hosts/node/qemu/flash-file.js";
import { FileFlash } from "../../hosts/node/storage/file-flash.js";

/** What a device runs on. */
export type Engine = "xs" | "node" | "riscv";

/**
 * The device has the security contexts of `paths` from now on, and no others.
 * @param storage the file that is its flash memory, made where it is missing
 * @throws as {@link giveContexts}, and where others may read the flash memory
 */
export function giveContextFiles(engine: Engine, storage: string, paths: readonly string[]): void {
  const flash = engine === "riscv" ? openBoardFlash(storage) : new FileFlash({ path: storage });
  try {
    requireOwnersAlone({ path: storage, isOwnersAlone: isOwnersAlone(statSync(storage)) });
    giveContexts(flash, paths);
  } finally {
    flash.close();
  }
}
