/** The flash memory of a device, looked at before it starts, and keys of files that it is given: RFC 8613 §3.2, RFC 9528 §3.5. */

import { giveKeys, type GivenKeys } from "../../services/credentials/device-keys.js";
import type { Engine } from "../../hosts/node/devices/device.js";
import { openBoardFlash } from "../../hosts/node/devices/qemu/flash-file.js";
import { FileFlash } from "../../hosts/node/storage/file-flash.js";

/**
 * Makes sure that a device can start on a flash memory: nobody else may read it, and no other device uses it.
 * @param storage the file, made where it is missing
 * @param keys which the device has from now on
 * @throws as {@link FileFlash}, {@link openBoardFlash} and {@link giveKeys}
 */
export function prepareFlash(engine: Engine, storage: string, keys?: GivenKeys): void {
  const flash = engine === "riscv" ? openBoardFlash(storage) : new FileFlash({ path: storage });
  try {
    if (keys !== undefined) giveKeys(flash, keys);
  } finally {
    flash.close();
  }
}
