/** Key-value storage of a device on Node.js: in its flash memory, a file, or only as long as it runs. */

import type { Console, KeyValue } from "../../../src/platform.js";
import { describeFault } from "../../../src/storage/flash/fault.js";
import { FlashKeyValue } from "../../../src/storage/flash/key-value.js";
import { MemoryKeyValue } from "../../../src/storage/memory.js";
import { FileFlash } from "./file-flash.js";

/**
 * @param path the file, made where it is missing @param console is told what is found damaged
 * @throws {RangeError} for a file of another size @throws {StorageFormatError} for the storage of another version
 * @throws {Error} with the file system's `code`
 */
export function openDeviceStorage(path: string | undefined, console: Console): KeyValue {
  if (path === undefined) return new MemoryKeyValue();
  return new FlashKeyValue(new FileFlash({ path }), {
    onFault: (fault) => console.log(describeFault(fault)),
  });
}
