/** Key-value storage of the XS host: in its flash memory, or only as long as it runs where it has none. */

import type { Console, KeyValue } from "../../src/platform.js";
import { describeFault } from "../../src/storage/flash/fault.js";
import { FlashKeyValue } from "../../src/storage/flash/key-value.js";
import { MemoryKeyValue } from "../../src/storage/memory.js";
import { openFlash } from "./flash.js";
import { natives } from "./natives.js";

/** @param console is told what is found damaged @throws {StorageFormatError} for the storage of another version */
export function openKeyValue(console: Console): KeyValue {
  const flash = openFlash();
  if (flash === undefined) return new MemoryKeyValue();
  return new FlashKeyValue(flash, {
    crc32: natives.crc32,
    onFault: (fault) => console.log(describeFault(fault)),
  });
}
