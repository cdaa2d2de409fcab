/** The firmware's entry: which features the device has. A reader sees the whole product here. */

import type { EndpointOptions } from "./coap/endpoint.js";
import { Site } from "./coap/server/site.js";
import { Device } from "./device.js";
import { diagnostics } from "./diagnostics/feature.js";
import type { CryptoPlatform } from "./platform.js";
import { protectionByStoredKeys } from "./provisioning/protection.js";
import { time } from "./time/feature.js";

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
  const site = new Site();
  const protection = await protectionByStoredKeys(platform, site);
  const device = new Device(platform, [time({ server: timeServer }), diagnostics()], {
    ...endpoint,
    site,
    ...(protection && { oscore: protection }),
  });
  await device.start();
  platform.console.log(`device: serving coap on port ${device.endpoint?.port}`);
  return device;
}
