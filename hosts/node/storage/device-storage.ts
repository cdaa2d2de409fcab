/** Key-value storage of a device on Node.js: in its flash memory, a file, or only as long as it runs. */

import type { Console } from "../../../src/ports/console.js";
import type { KeyValue } from "../../../src/ports/key-value.js";
import { describeFault } from "../../../src/storage/flash/fault.js";
import { FlashKeyValue } from "../../../src/storage/flash/key-value.js";
import { MemoryKeyValue } from "../../../src/storage/memory.js";
import { FileFlash } from "./file-flash.js";

export interface DeviceStorage {
  readonly keyValue: KeyValue;
  /** Others may have the file. */
  close(): void;
}

/**
 * @param path the file, made where it is missing @param console is told what is found damaged
 * @throws {StorageFormatError} for the storage of another version @throws as {@link FileFlash}
 */
export function openDeviceStorage(path: string | undefined, console: Console): DeviceStorage {
  if (path === undefined) return { keyValue: new MemoryKeyValue(), close: () => undefined };
  const flash = new FileFlash({ path });
  try {
    const keyValue = new FlashKeyValue(flash, { onFault: (fault) => console.log(describeFault(fault)) });
    return { keyValue, close: () => flash.close() };
  } catch (error) {
    flash.close();
    throw error;
  }
}
