import { requireKnown, type NamesOf } from "../../src/coap/known-names.js";
import type { CryptoPlatform } from "../../src/ports/platform.js";
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

export interface NodePlatform extends CryptoPlatform {
  /** Closes the flash memory, which nobody else can open before, or before the end of the process. */
  close(): void;
}

const NODE_PLATFORM_OPTIONS: NamesOf<NodePlatformOptions> = { flash: true, consoleStream: true };

/**
 * The ports on Node.
 * @throws as {@link openDeviceStorage} when there is no such flash memory, or another program has it
 * @throws {TypeError} for an option that there is not
 */
export function nodePlatform(options: NodePlatformOptions = {}): NodePlatform {
  requireKnown("options of the platform", options, NODE_PLATFORM_OPTIONS);
  const { flash, consoleStream } = options;
  const console = new NodeConsole(consoleStream);
  const storage = openDeviceStorage(flash, console);
  return {
    udp: NodeUDP,
    timers: nodeTimers,
    clock: nodeClock,
    random: new NodeRandom(),
    keyValue: storage.keyValue,
    console,
    crypto: nodeCrypto,
    close: () => storage.close(),
  };
}
