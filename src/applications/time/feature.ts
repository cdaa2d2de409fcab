/**
 * Time as a feature of a device: a clock set by a time server, and two resources, the time and how well it is known.
 * Without a server the clock stays unsynchronised, and the time resource answers 5.03.
 */

import { requireKnown, type NamesOf } from "../../coap/known-names.js";
import type { Resource } from "../../coap/server/resource.js";
import type { DeviceContext, Feature } from "../../feature.js";
import type { Console } from "../../ports/console.js";
import type { TimerHandle, Timers } from "../../ports/timers.js";
import { describeError } from "../../timers/fault.js";
import { type PollOutcome, TimeClient } from "./client.js";
import { SynchronizedClock, type SynchronizedClockOptions } from "./clock.js";
import { formatDateTime } from "./date-time.js";
import { LastKnownTime } from "./last-known-time.js";
import type { PollLimits } from "./poll-schedule.js";
import { mountTimeResource } from "./server.js";
import { mountTimeStatus } from "./status.js";

/** How often those who observe the time see it advance, in milliseconds. */
export const NOTIFY_INTERVAL_MS = 10_000;

export interface TimeOptions {
  /** URI of the time server's resource, its host a numeric address; absent: the clock is never set. */
  readonly server?: string | undefined;
  /** Path of the time resource, `time` where absent; the state of the clock is at `status` below it. */
  readonly path?: string;
  /** The clock: its timescale, the bounds of its drift. */
  readonly clock?: SynchronizedClockOptions;
  /** How often the server is asked. */
  readonly polls?: Partial<PollLimits>;
  /** How often observers see the time advance, in milliseconds: {@link NOTIFY_INTERVAL_MS}; 0 only when it was set. */
  readonly notifyIntervalMs?: number;
}

const TIME_OPTIONS: NamesOf<TimeOptions> = Object.freeze({
  server: true,
  path: true,
  clock: true,
  polls: true,
  notifyIntervalMs: true,
} as const);

/**
 * @throws {TypeError} for an option that there is not
 * @example
 * const device = new Device(platform, [time({ server: "coap://[fd00::1]/time" })]);
 */
export function time(options: TimeOptions = {}): TimeFeature {
  requireKnown("options of time", options, TIME_OPTIONS);
  return new TimeFeature(options);
}

/** What `start` made. */
interface Running {
  readonly clock: SynchronizedClock;
  readonly client: TimeClient | undefined;
  readonly lastKnown: LastKnownTime | undefined;
  readonly console: Console;
  readonly timers: Timers;
  readonly resource: Resource;
  readonly status: Resource;
  readonly removeResources: () => void;
}

export class TimeFeature implements Feature {
  readonly name = "time";
  readonly #options: TimeOptions;
  #running: Running | undefined;
  #notifyTimer: TimerHandle | undefined;
  #answered = true;
  /** The console was told that the time is known. */
  #announced = false;

  constructor(options: TimeOptions) {
    this.#options = options;
  }

  /** The device's clock; undefined before `start` and after `stop`. */
  get clock(): SynchronizedClock | undefined {
    return this.#running?.clock;
  }

  /** @throws {UriError} when the server's URI is none */
  start(context: DeviceContext): void {
    const { platform, endpoint, site } = context;
    const { server, path = "time", polls } = this.#options;
    const clock = new SynchronizedClock(platform.clock, this.#options.clock);
    const client =
      server === undefined
        ? undefined
        : new TimeClient({
            server,
            clock,
            client: endpoint.client,
            platform,
            polls,
            onOutcome: (outcome) => this.#report(outcome),
          });
    const lastKnown = this.#openStorage(context);
    if (lastKnown?.unixMs !== undefined) clock.notBefore(lastKnown.unixMs);
    this.#running = {
      clock,
      client,
      lastKnown,
      console: platform.console,
      timers: platform.timers,
      resource: mountTimeResource(site, path, clock),
      status: mountTimeStatus(site, `${path}/status`, clock, client),
      removeResources: () => {
        site.remove(path);
        site.remove(`${path}/status`);
      },
    };
    client?.start();
    this.#notifyLater();
  }

  stop(): void {
    const running = this.#running;
    if (running === undefined) return;
    this.#running = undefined;
    this.#announced = false;
    running.client?.stop();
    running.lastKnown?.close();
    if (this.#notifyTimer !== undefined) running.timers.clear(this.#notifyTimer);
    this.#notifyTimer = undefined;
    running.removeResources();
  }

  /** A device without working storage still tells the time. */
  #openStorage({ platform }: DeviceContext): LastKnownTime | undefined {
    try {
      return new LastKnownTime(platform.keyValue);
    } catch (error) {
      platform.console.log(`time: the last known time is not kept: ${describeError(error)}`);
      return undefined;
    }
  }

  #report(outcome: PollOutcome): void {
    const running = this.#running;
    if (running === undefined) return;
    const { clock, console } = running;
    if (outcome.verdict === undefined) {
      const pauseS = Math.round(outcome.pauseMs / 1000);
      console.log(
        `time: no time from the server (${describeError(outcome.error)}); next attempt in ${pauseS} s`,
      );
      this.#answered = false;
      if (this.#announced && !clock.synchronized) {
        console.log("time: no longer synchronised: the server has been silent for too long");
        this.#announced = false;
      }
    } else if (outcome.verdict === "accepted" || outcome.verdict === "stepped") {
      this.#accepted(running, outcome.verdict === "stepped");
    } else console.log(`time: answer of the server refused (${outcome.verdict})`);
    running.status.notify();
    if (clock.synchronized) this.#remember(running);
  }

  #accepted(running: Running, stepped: boolean): void {
    const { clock, console, resource } = running;
    const { unixMs, earliestMs, latestMs, synchronized } = clock.now();
    if (!synchronized) return;
    const uncertaintyMs = Math.ceil(Math.max(latestMs - unixMs, unixMs - earliestMs));
    const shown = `${formatDateTime(unixMs)}, at most ${uncertaintyMs} ms off`;
    const first = !this.#announced;
    this.#announced = true;
    if (first) console.log(`time: synchronised: ${shown}`);
    else if (stepped) console.log(`time: set anew, as the server insists: ${shown}`);
    else if (!this.#answered) console.log(`time: the server answers again: ${shown}`);
    this.#answered = true;
    if (first || stepped) resource.notify();
  }

  #remember({ clock, lastKnown, console }: Running): void {
    const { earliestMs, latestMs } = clock.now();
    try {
      lastKnown?.note(earliestMs, latestMs);
    } catch (error) {
      console.log(`time: last known time not stored: ${describeError(error)}`);
    }
  }

  #notifyLater(): void {
    const running = this.#running;
    const { notifyIntervalMs = NOTIFY_INTERVAL_MS } = this.#options;
    if (running === undefined || notifyIntervalMs <= 0) return;
    this.#notifyTimer = running.timers.set(() => {
      this.#notifyLater();
      if (running.clock.synchronized) running.resource.notify();
    }, notifyIntervalMs);
  }
}
