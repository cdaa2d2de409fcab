/** Key-value storage of the XS host, in its flash memory. */

import type { Console } from "../../src/ports/console.js";
import type { KeyValue } from "../../src/ports/key-value.js";
import { describeFault } from "../../src/storage/flash/fault.js";
import { FlashKeyValue } from "../../src/storage/flash/key-value.js";
import { openFlash } from "./flash.js";
import { natives } from "./natives.js";

/** Of a host without flash: a device goes on without what it would have kept, and spends no memory on it. */
const noStorage: KeyValue = {
  open() {
    throw new Error("there is no storage (Linux: start the host with --flash FILE)");
  },
};

/** @param console is told what is found damaged @throws {StorageFormatError} for the storage of another version */
export function openKeyValue(console: Console): KeyValue {
  const flash = openFlash();
  if (flash === undefined) return noStorage;
  return new FlashKeyValue(flash, {
    crc32: natives.crc32,
    onFault: (fault) => console.log(describeFault(fault)),
  });
}
