/** The firmware's entry: which features the device has. A reader sees the whole product here. */

import type { EndpointOptions } from "./coap/endpoint.js";
import { Device } from "./device.js";
import { diagnostics } from "./diagnostics/feature.js";
import { oscore } from "./oscore/layer/oscore.js";
import type { CryptoPlatform } from "./platform.js";
import { openStoredContexts } from "./provisioning/stored-contexts.js";
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
  const contexts = openStoredContexts(platform);
  const device = new Device(platform, [time({ server: timeServer }), diagnostics()], {
    ...endpoint,
    // Without a key nobody reaches what is protected: the layer would only take memory.
    ...(contexts.size > 0 && { oscore: oscore({ contexts }) }),
  });
  await device.start();
  platform.console.log(`device: serving coap on port ${device.endpoint?.port}`);
  return device;
}
