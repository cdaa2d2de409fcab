/** Being found as a feature of a device: its resources are registered with a directory. RFC 9176 §5. */

import { toHex } from "../../bytes/hex.js";
import { decodeUtf8, encodeUtf8 } from "../../bytes/utf8.js";
import { requireKnown, type NamesOf } from "../../coap/known-names.js";
import type { DeviceContext, Feature } from "../../feature.js";
import type { Console } from "../../ports/console.js";
import type { KeyValueStorage } from "../../ports/key-value.js";
import type { Platform } from "../../ports/platform.js";
import { StorageCorruptError } from "../../storage/limits.js";
import { describeError } from "../../timers/fault.js";
import { Registrant, type RegistrationOutcome } from "./registrant.js";

/** Bytes of a random endpoint name, as many as a UUID has (RFC 9176 §7.1.1). */
export const RANDOM_NAME_BYTES = 16;

const DOMAIN = "rd";
const KEY = "ep";

/** How a device is registered. */
export interface ResourceDirectoryOptions {
  /**
   * URI of the directory, its host a numeric address: with a path, its registration interface
   * (`coap://[2001:db8::1]/rd`); without one, the host that is asked for it.
   */
  readonly server: string;
  /** Endpoint name; where absent, a random one that is kept in storage. */
  readonly ep?: string;
  /** Sector. */
  readonly d?: string;
  /** Lifetime in seconds; 90000 where absent. */
  readonly lt?: number;
  /** Where others reach this device, if not at the address from which it registers, such as `coap://[2001:db8::2]`. */
  readonly base?: string;
  /** Further attributes of the endpoint, such as `["et", "tag:example.com,2020:platform"]`. */
  readonly attributes?: readonly (readonly [name: string, value: string | true])[];
}

const RESOURCE_DIRECTORY_OPTIONS: NamesOf<ResourceDirectoryOptions> = Object.freeze({
  server: true,
  ep: true,
  d: true,
  lt: true,
  base: true,
  attributes: true,
} as const);

/**
 * Registers the site's resources, those that /.well-known/core lists. Numeric addresses only.
 * @throws {TypeError} for an option that there is not
 *
 * @example
 * const device = new Device(platform, [resourceDirectory({ server: "coap://[fd00::1]", ep: "lamp-7" })]);
 */
export function resourceDirectory(options: ResourceDirectoryOptions): ResourceDirectoryFeature {
  requireKnown("options of a registration", options, RESOURCE_DIRECTORY_OPTIONS);
  return new ResourceDirectoryFeature(options);
}

/** See {@link resourceDirectory}. */
export class ResourceDirectoryFeature implements Feature {
  readonly name = "rd";
  readonly #options: ResourceDirectoryOptions;
  #registrant: Registrant | undefined;
  #console: Console | undefined;
  #answered = true;

  constructor(options: ResourceDirectoryOptions) {
    this.#options = options;
  }

  /** URI of the registration; undefined while there is none. */
  get location(): string | undefined {
    return this.#registrant?.location;
  }

  /** @throws {UriError} when the server's URI is none @throws {RegistrationParameterError} */
  start({ platform, endpoint, site }: DeviceContext): void {
    const { server, ...parameters } = this.#options;
    this.#console = platform.console;
    this.#registrant = new Registrant({
      server,
      parameters: { ...parameters, ep: parameters.ep ?? endpointName(platform) },
      links: () => site.links,
      client: endpoint.client,
      platform,
      onOutcome: (outcome) => this.#report(outcome),
    });
    this.#registrant.start();
  }

  /** Takes the registration out of the directory; where that does not answer, its lifetime ends it. */
  async stop(): Promise<void> {
    const registrant = this.#registrant;
    this.#registrant = undefined;
    this.#answered = true;
    try {
      await registrant?.stop();
    } catch (error) {
      this.#console?.log(`rd: registration not removed: ${describeError(error)}`);
    }
  }

  #report(outcome: RegistrationOutcome): void {
    const { kind, pauseMs } = outcome;
    if (kind === "failed") {
      const pauseS = Math.round(pauseMs / 1000);
      this.#console?.log(`rd: not registered (${describeError(outcome.error)}); next attempt in ${pauseS} s`);
    } else if (kind === "registered" || !this.#answered)
      this.#console?.log(`rd: registered at ${outcome.location}`);
    this.#answered = kind !== "failed";
  }
}

/** The random name that is kept in storage, made where there is none yet. RFC 9176 §7.1.1. */
function endpointName({ random, keyValue, console }: Platform): string {
  const bytes = new Uint8Array(RANDOM_NAME_BYTES);
  random.fill(bytes);
  const name = toHex(bytes);
  try {
    const storage = keyValue.open({ path: DOMAIN });
    try {
      const kept = keptName(storage, console);
      if (kept !== undefined) return kept;
      storage.write(KEY, encodeUtf8(name));
    } finally {
      storage.close();
    }
  } catch (error) {
    console.log(`rd: the endpoint name is not kept: ${describeError(error)}`);
  }
  return name;
}

/** The name in storage; one that is damaged makes room for another. */
function keptName(storage: KeyValueStorage, console: Console): string | undefined {
  try {
    const kept = storage.read(KEY);
    return kept && decodeUtf8(new Uint8Array(kept));
  } catch (error) {
    if (!(error instanceof StorageCorruptError)) throw error;
    console.log(`rd: the endpoint name is lost: ${describeError(error)}`);
    return undefined;
  }
}
