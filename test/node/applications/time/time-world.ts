/** A world with a time server and devices that ask it, on virtual time. */

import { Endpoint } from "../../../../src/coap/endpoint.js";
import type { Response } from "../../../../src/coap/server/response.js";
import { Site } from "../../../../src/coap/server/site.js";
import { Device } from "../../../../src/device.js";
import type { Platform } from "../../../../src/ports/platform.js";
import type { SynchronizedClock } from "../../../../src/applications/time/clock.js";
import { time, type TimeFeature, type TimeOptions } from "../../../../src/applications/time/feature.js";
import type { TimeSource } from "../../../../src/applications/time/reading.js";
import { mountTimeResource } from "../../../../src/applications/time/server.js";
import { WallClock } from "../../../../src/applications/time/source.js";
import type { Conditions } from "../../../../simulators/network-conditions.js";
import type { HostOptions } from "../../../../simulators/world.js";
import { World } from "../../../../simulators/world.js";

/** 2026-01-01T00:00:00Z. */
export const START_MS = 1_767_225_600_000;
export const SERVER = "coap://[fd00::1]/time";

export interface VirtualDevice {
  readonly device: Device;
  readonly feature: TimeFeature;
  readonly clock: SynchronizedClock;
  readonly lines: string[];
}

export class TimeWorld {
  readonly world: World;
  readonly serverSite = new Site();
  readonly #serverHost;

  constructor(seed: number, network: Partial<Conditions> = {}) {
    this.world = new World({ seed, network });
    this.#serverHost = this.world.host("fd00::1");
  }

  /** Unix time, which only the simulation knows. */
  get trueMs(): number {
    return START_MS + this.world.time.nowMs;
  }

  /** Starts a server of Coapsule's own, whose clock is right unless another source is given. */
  serve(source: TimeSource = new WallClock(() => this.trueMs)): Endpoint {
    mountTimeResource(this.serverSite, "time", source);
    return this.openServer();
  }

  /** Starts a server that somebody else might have written. */
  serveWith(get: (accept: number | undefined) => Response): Endpoint {
    this.serverSite.add("time", { get: (request) => get(request.accept) });
    return this.openServer();
  }

  openServer(): Endpoint {
    return new Endpoint(this.#serverHost, { port: 5683, site: this.serverSite });
  }

  async device(
    options: TimeOptions = {},
    host: HostOptions = {},
    address = "fd00::2",
  ): Promise<VirtualDevice> {
    const platform = this.world.host(address, host);
    return this.start(platform, options);
  }

  async start(
    platform: Platform & { readonly lines: string[] },
    options: TimeOptions = {},
  ): Promise<VirtualDevice> {
    const feature = time({ server: SERVER, ...options });
    const device = new Device(platform, [feature]);
    await device.start();
    if (feature.clock === undefined) throw new Error("expected a clock after the start");
    return { device, feature, clock: feature.clock, lines: platform.lines };
  }

  /** Fails where true time is outside of what the clock promises. */
  checkPromise(clock: SynchronizedClock, context = ""): void {
    const { earliestMs, latestMs } = clock.now();
    const { trueMs } = this;
    if (earliestMs <= trueMs && trueMs <= latestMs) return;
    throw new Error(`${context}: true time ${trueMs} is outside ${earliestMs} to ${latestMs}`);
  }
}
