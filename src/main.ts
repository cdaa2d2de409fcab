/** The firmware's entry: which features the device has. A reader sees the whole product here. */

import type { EndpointOptions } from "./coap/endpoint.js";
import { Device } from "./device.js";
import { diagnostics } from "./applications/diagnostics/feature.js";
import type { CryptoPlatform } from "./ports/platform.js";
import { protectionByStoredKeys } from "./applications/provisioning/protection.js";
import { time } from "./applications/time/feature.js";

export interface FirmwareConfiguration extends Pick<EndpointOptions, "port" | "amplificationFactor"> {
  /** URI of a time server, its host a numeric address; without one the clock stays unsynchronised. */
  readonly timeServer?: string;
}

/** Starts the firmware. @throws {Error} when the host refuses the socket @throws {UriError} */
export async function startFirmware(
  platform: CryptoPlatform,
  configuration: FirmwareConfiguration = {},
): Promise<Device> {
  const { timeServer, ...endpoint } = configuration;
  const protection = await protectionByStoredKeys(platform);
  const features = [time({ server: timeServer }), diagnostics(), ...(protection?.features ?? [])];
  const device = new Device(platform, features, {
    ...endpoint,
    ...(protection && { oscore: protection.factory }),
  });
  await device.start();
  platform.console.log(`device: serving coap on port ${device.endpoint?.port}`);
  return device;
}
