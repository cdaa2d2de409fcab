import type { Conditions } from "./network-conditions.js";
import { DriftingClock, VirtualHost } from "./host.js";
import { VirtualNetwork } from "./network.js";
import { SeededRandom } from "./random.js";
import { VirtualTime, type VirtualTimeOptions } from "./virtual-time.js";

export interface WorldOptions extends VirtualTimeOptions {
  /** Decides all chance in this world; its lowest 32 bits count. */
  readonly seed: number;
  /** What the network does; default {@link PERFECT_CONDITIONS}. */
  readonly network?: Partial<Conditions>;
}

export interface HostOptions {
  /** Parts per million that its clock runs fast (below 0: slow); default 0. */
  readonly clockDriftPpm?: number;
  /** What its clock shows now; default 0. */
  readonly clockOffsetMs?: number;
  /** Name of its network interface, the zone of its link-local addresses; default "eth0". */
  readonly zone?: string;
}

/**
 * A network of hosts on virtual time.
 *
 * @example
 * const world = new World({ seed: 1, network: { loss: 0.1, delayMs: [30, 70] } });
 * const client = world.host("fd00::1");
 * const server = world.host(["fd00::2", "192.0.2.2"], { clockDriftPpm: 20 });
 * const response = await world.time.until(endpoint.client.get("coap://[fd00::2]/time"));
 */
export class World {
  readonly time: VirtualTime;
  /** For the test's own chance; hosts and network have generators of their own, so this disturbs nothing. */
  readonly random: SeededRandom;
  readonly network: VirtualNetwork;
  readonly #seed: SeededRandom;

  constructor(options: WorldOptions) {
    this.#seed = new SeededRandom(options.seed);
    this.time = new VirtualTime(options);
    this.random = this.#seed.fork("world");
    this.network = new VirtualNetwork(this.time, this.#seed.fork("network"), options.network);
  }

  /** Puts a host with these numeric addresses into the world, switched on. @throws {NetworkError} */
  host(addresses: string | readonly string[], options: HostOptions = {}): VirtualHost {
    const list = typeof addresses === "string" ? [addresses] : addresses;
    const attachment = this.network.attach(list, options.zone);
    const random = this.#seed.fork(`host ${attachment.addresses[0]?.text ?? ""}`);
    const clock = new DriftingClock(this.time, options.clockDriftPpm ?? 0, options.clockOffsetMs ?? 0);
    return new VirtualHost(this.time, attachment, random, clock);
  }
}
