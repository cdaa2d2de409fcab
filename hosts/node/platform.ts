import type { CryptoPlatform } from "../../src/platform.js";
import { nodeClock } from "./clock.js";
import { NodeConsole, type LineStream } from "./console.js";
import { nodeCrypto } from "./crypto/node-crypto.js";
import { NodeRandom } from "./random.js";
import { openDeviceStorage } from "./storage/device-storage.js";
import { nodeTimers } from "./timers.js";
import { NodeUDP } from "./udp.js";

export interface NodePlatformOptions {
  /** The file that is the device's flash memory, in which key-value storage lies; without it, storage ends with the process. */
  readonly flash?: string | undefined;
  /** Where the console writes; default standard output, see `console.ts`. */
  readonly consoleStream?: LineStream;
}

/** The ports on Node. @throws {RangeError | StorageFormatError | Error} when there is no such flash memory */
export function nodePlatform({ flash, consoleStream }: NodePlatformOptions = {}): CryptoPlatform {
  const console = new NodeConsole(consoleStream);
  return {
    udp: NodeUDP,
    timers: nodeTimers,
    clock: nodeClock,
    random: new NodeRandom(),
    keyValue: openDeviceStorage(flash, console),
    console,
    crypto: nodeCrypto,
  };
}
