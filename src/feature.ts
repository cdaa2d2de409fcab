/** What an application of CoAP is to the device that carries it. */

import type { Endpoint } from "./coap/endpoint.js";
import type { Site } from "./coap/server/site.js";
import type { Platform } from "./ports/platform.js";

/** What a feature may use. */
export interface DeviceContext {
  readonly platform: Platform;
  readonly endpoint: Endpoint;
  readonly site: Site;
}

/** One application: mounts its resources, starts its client. */
export interface Feature {
  /** Short and unique in a device; log lines begin with it. */
  readonly name: string;
  /** Called once, in the order in which the device lists its features. */
  start(context: DeviceContext): void | Promise<void>;
  /** Ends what `start` began; the endpoint is still open. */
  stop?(): void | Promise<void>;
}
