/** Runs the firmware on the XS host: `device-main.js [--port N] [--time URI] [--amplification-factor N]`. */

import { startFirmware, type FirmwareConfiguration } from "../../src/main.js";
import { crypto } from "./crypto.js";
import type { XSPlatform } from "./platform.js";
import { openKeyValue } from "./storage.js";

/** What a command line means. @throws {RangeError} naming the argument that is not understood */
function parseArguments(args: readonly string[]): FirmwareConfiguration {
  const configuration: { -readonly [Key in keyof FirmwareConfiguration]: FirmwareConfiguration[Key] } = {};
  for (let index = 0; index < args.length; index += 2) {
    const name = args[index];
    const value = args[index + 1];
    if (value === undefined) throw new RangeError(`expected a value behind ${name}`);
    if (name === "--port") configuration.port = Number(value);
    else if (name === "--time") configuration.timeServer = value;
    else if (name === "--amplification-factor") configuration.amplificationFactor = Number(value);
    else throw new RangeError(`expected --port, --time or --amplification-factor, got ${name}`);
  }
  return configuration;
}

export default async function main(platform: XSPlatform, args: string[]): Promise<void> {
  try {
    const keyValue = openKeyValue(platform.console);
    await startFirmware({ ...platform, keyValue, crypto }, parseArguments(args));
  } catch (error) {
    platform.console.log(`device: ${String(error)}`);
    platform.exit(1);
  }
}
