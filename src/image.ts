/**
 * An image: which features a device has, and what can be configured. `firmware/` has ours; one of your own is a module
 * with such a default export, in a folder of yours.
 */

import { COAP_PORT } from "./coap/codec/uri.js";
import { DEFAULT_AMPLIFICATION_FACTOR } from "./coap/messaging/amplification.js";
import type { ConfigurationOf, ConfigurationTable } from "./configuration.js";
import { Device } from "./device.js";
import type { Feature } from "./feature.js";
import type { Platform } from "./ports/platform.js";

/** What every image has: settings of its endpoint. */
export const ENDPOINT_CONFIGURATION = Object.freeze({
  port: Object.freeze({ type: "port", default: COAP_PORT, help: "UDP port; 0 takes a free one" }),
  amplificationFactor: Object.freeze({
    type: "number",
    minimum: 0,
    default: DEFAULT_AMPLIFICATION_FACTOR,
    help: "bytes sent to a stranger at a global address for each byte of its request; 0 is no limit",
  }),
} as const);

type EndpointConfiguration = typeof ENDPOINT_CONFIGURATION;

export interface ImageDefinition<Table extends ConfigurationTable> {
  /** What can be set besides {@link ENDPOINT_CONFIGURATION}. */
  readonly configuration?: Table;
  /** What the device does; started in this order. @param values of the configuration */
  readonly features: (values: ConfigurationOf<Table & EndpointConfiguration>) => readonly Feature[];
}

export interface Image<Table extends ConfigurationTable = ConfigurationTable> {
  readonly configuration: Table & EndpointConfiguration;
  readonly features: (values: ConfigurationOf<Table & EndpointConfiguration>) => readonly Feature[];
}

/**
 * @example
 * export default image({
 *   configuration: { time: { type: "uri", help: "time server" } },
 *   features: (values) => [time({ server: values.time }), thermometer()],
 * });
 */
export function image<const Table extends ConfigurationTable = EndpointConfiguration>({
  configuration,
  features,
}: ImageDefinition<Table>): Image<Table> {
  return Object.freeze({
    configuration: Object.freeze({ ...ENDPOINT_CONFIGURATION, ...configuration }) as Table &
      EndpointConfiguration,
    features,
  });
}

/**
 * Starts a device with an image. The console says at which port it serves.
 * @throws {Error} when the host refuses the socket, or a feature does not start
 */
export async function startImage<Table extends ConfigurationTable>(
  { features }: Image<Table>,
  platform: Platform,
  values: ConfigurationOf<Table & EndpointConfiguration>,
): Promise<Device> {
  const { port, amplificationFactor } = values as ConfigurationOf<EndpointConfiguration>;
  const device = new Device(platform, features(values), { port, amplificationFactor });
  await device.start();
  platform.console.log(`device: serving coap on port ${device.endpoint?.port}`);
  return device;
}
