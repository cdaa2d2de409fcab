/** A time server on a port of its own: what a device asks that has no clock. */

import { Endpoint, type EndpointOptions } from "../src/coap/endpoint.js";
import { Site } from "../src/coap/server/site.js";
import type { Platform } from "../src/ports/platform.js";
import type { TimeSource } from "../src/applications/time/reading.js";
import { mountTimeResource } from "../src/applications/time/server.js";

/** Path of its only resource. */
export const TIME_PATH = "time";

/**
 * Serves the time of `source` at /time.
 * @returns the endpoint; close it to end the service
 * @throws {Error} when the host refuses the socket
 */
export function startTimeServer(
  platform: Platform,
  source: TimeSource,
  options: Omit<EndpointOptions, "site"> = {},
): Endpoint {
  const site = new Site();
  mountTimeResource(site, TIME_PATH, source);
  return new Endpoint(platform, { ...options, site });
}
