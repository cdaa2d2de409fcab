/** What an application of CoAP is to the device that carries it. */

import type { Endpoint, EndpointOptions } from "./coap/endpoint.js";
import type { Site } from "./coap/server/site.js";
import type { Platform } from "./ports/platform.js";

/** What a feature may use. */
export interface DeviceContext {
  readonly platform: Platform;
  readonly endpoint: Endpoint;
  readonly site: Site;
}

/** Options of an endpoint that a feature may give: those that neither the device nor a host decides. */
export type FeatureEndpointOptions = Partial<
  Pick<EndpointOptions, "oscore" | "qBlock" | "congestionControl">
>;

/** One application: mounts its resources, starts its client. */
export interface Feature {
  /** Short and unique in a device; log lines begin with it. */
  readonly name: string;
  /**
   * What the device's endpoint is made with for this feature, such as its protection: asked before the endpoint opens,
   * in the order of the list. No two features give the same option.
   */
  endpointOptions?(platform: Platform): FeatureEndpointOptions | Promise<FeatureEndpointOptions>;
  /** Called once, in the order in which the device lists its features. */
  start(context: DeviceContext): void | Promise<void>;
  /** Ends what `start` began; the endpoint is still open. */
  stop?(): void | Promise<void>;
}
