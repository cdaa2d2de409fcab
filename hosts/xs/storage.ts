/** Key-value storage of the XS host, in its flash memory. */

import type { Console } from "../../src/ports/console.js";
import type { KeyValue } from "../../src/ports/key-value.js";
import { describeFault } from "../../src/storage/flash/fault.js";
import { FlashKeyValue } from "../../src/storage/flash/key-value.js";
import { openFlash } from "./flash.js";
import { natives } from "./natives.js";
import { noStorage } from "./no-storage.js";

/** @param console is told what is found damaged @throws {StorageFormatError} for the storage of another version */
export function openKeyValue(console: Console): KeyValue {
  const flash = openFlash();
  if (flash === undefined) return noStorage;
  return new FlashKeyValue(flash, {
    crc32: natives.crc32,
    onFault: (fault) => console.log(describeFault(fault)),
  });
}
