/** Keys of files, given to a device before it starts: RFC 8613 §3.2, RFC 9528 §3.5. */

import { statSync } from "node:fs";
import { giveKeys, type GivenKeys } from "../../hosts/node/keys/device-keys.js";
import { isOwnersAlone, requireOwnersAlone } from "../../hosts/node/keys/secret-file.js";
import { openBoardFlash } from "../../hosts/node/qemu/flash-file.js";
import { FileFlash } from "../../hosts/node/storage/file-flash.js";

/** What a device runs on. */
export type Engine = "xs" | "node" | "riscv";

/**
 * The device has these keys from now on.
 * @param storage the file that is its flash memory, made where it is missing
 * @throws as {@link giveKeys}, and where others may read the flash memory
 */
export function giveDeviceKeys(engine: Engine, storage: string, keys: GivenKeys): void {
  const flash = engine === "riscv" ? openBoardFlash(storage) : new FileFlash({ path: storage });
  try {
    requireOwnersAlone({ path: storage, isOwnersAlone: isOwnersAlone(statSync(storage)) });
    giveKeys(flash, keys);
  } finally {
    flash.close();
  }
}
