/** The platform that the XS host hands to an application: the ports, and what only this host has. */

import type { Platform } from "../../src/ports/platform.js";
import { natives } from "./natives.js";
import { XSUDP } from "./udp.js";

/** The main module decides where key-value storage lies: see storage.ts. */
export interface XSPlatform extends Omit<Platform, "keyValue"> {
  /** The machine's own clock: milliseconds since 1970-01-01T00:00:00Z, without leap seconds. */
  wallClockMs(): number;
  /** Ends the process at once. @param code 0 to 255; 11 to 20 are the host's own */
  exit(code: number): never;
}

/** What an application's main module exports as default. */
export type Main = (platform: XSPlatform, args: string[]) => void | Promise<void>;

const platform: XSPlatform = {
  udp: XSUDP,
  timers: { set: natives.setTimer, clear: natives.clearTimer },
  clock: { monotonicMs: natives.monotonicMs },
  random: { fill: natives.fillRandom },
  console: { log: natives.log },
  memory: { leastFreeBytes: natives.leastFreeBytes },
  wallClockMs: natives.wallClockMs,
  exit: natives.exit,
};

export default platform;
