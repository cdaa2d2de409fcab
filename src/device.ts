/** Composes features into a device. */

import { COAP_PORT } from "./coap/codec/uri.js";
import { Endpoint, type EndpointOptions } from "./coap/endpoint.js";
import { Site } from "./coap/server/site.js";
import type { Feature, FeatureEndpointOptions } from "./feature.js";
import type { Platform } from "./ports/platform.js";

export class Device {
  readonly #platform: Platform;
  readonly #features: readonly Feature[];
  readonly #options: EndpointOptions;
  #endpoint: Endpoint | undefined;

  /**
   * @param features what the device does; started in this order
   * @param options of its endpoint; the port is 5683 unless given
   */
  constructor(platform: Platform, features: readonly Feature[], options: EndpointOptions = {}) {
    this.#platform = platform;
    this.#features = features;
    this.#options = options;
  }

  /** The endpoint; undefined before `start` and after `stop`. */
  get endpoint(): Endpoint | undefined {
    return this.#endpoint;
  }

  /**
   * Opens the endpoint and starts the features.
   * @throws {Error} when the host refuses the socket, or two features give the endpoint the same option
   */
  async start(): Promise<void> {
    const site = this.#options.site ?? new Site();
    const options = { port: COAP_PORT, ...this.#options, site };
    for (const feature of this.#features) {
      // Each begins with an empty stack: a device's has 512 slots.
      await Promise.resolve();
      addOptions(options, await feature.endpointOptions?.(this.#platform), feature);
    }
    const endpoint = new Endpoint(this.#platform, options);
    this.#endpoint = endpoint;
    for (const feature of this.#features) {
      await Promise.resolve();
      await feature.start({ platform: this.#platform, endpoint, site });
    }
  }

  /** Stops the features, the last one first, and closes the endpoint. */
  async stop(): Promise<void> {
    for (const feature of [...this.#features].reverse()) await feature.stop?.();
    this.#endpoint?.close();
    this.#endpoint = undefined;
  }
}

/** @throws {Error} where an option is there already */
function addOptions(
  options: EndpointOptions,
  given: FeatureEndpointOptions | undefined,
  { name }: Feature,
): void {
  for (const option in given)
    if (option in options) throw new Error(`${name}: the endpoint has the option ${option} already`);
  Object.assign(options, given);
}
