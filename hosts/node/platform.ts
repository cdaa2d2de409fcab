import type { CryptoPlatform } from "../../src/platform.js";
import { MemoryKeyValue } from "../../src/storage/memory.js";
import { nodeClock } from "./clock.js";
import { NodeConsole, type LineStream } from "./console.js";
import { nodeCrypto } from "./crypto/node-crypto.js";
import { NodeKeyValue } from "./key-value.js";
import { NodeRandom } from "./random.js";
import { nodeTimers } from "./timers.js";
import { NodeUDP } from "./udp.js";

export interface NodePlatformOptions {
  /** Where key-value storage lies; without it, storage ends with the process. */
  readonly storageDirectory?: string;
  /** Where the console writes; default standard output, see `console.ts`. */
  readonly consoleStream?: LineStream;
}

/** The ports on Node. */
export function nodePlatform({ storageDirectory, consoleStream }: NodePlatformOptions = {}): CryptoPlatform {
  return {
    udp: NodeUDP,
    timers: nodeTimers,
    clock: nodeClock,
    random: new NodeRandom(),
    keyValue: storageDirectory === undefined ? new MemoryKeyValue() : new NodeKeyValue(storageDirectory),
    console: new NodeConsole(consoleStream),
    crypto: nodeCrypto,
  };
}
