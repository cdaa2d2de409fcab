/** A thermometer: GET /temperature says how warm it is, and whoever observes it is told when that changes. */

import { text, type Feature, type TimerHandle } from "coapsule";

/** What the thermometer reads. */
export interface TemperatureSensor {
  /** Degrees Celsius. */
  celsius(): number;
}

export interface TemperatureOptions {
  readonly sensor: TemperatureSensor;
  /** Between two measurements, in milliseconds. */
  readonly periodMs: number;
}

export function temperature({ sensor, periodMs }: TemperatureOptions): Feature {
  let stop = (): void => undefined;
  return {
    name: "temperature",
    start({ platform: { timers }, site }) {
      let shown = sensor.celsius().toFixed(1);
      const resource = site.add("temperature", {
        get: () => text(shown),
        observable: true,
        title: "Temperature in degrees Celsius",
      });
      let timer: TimerHandle;
      const measure = (): void => {
        timer = timers.set(measure, periodMs);
        const now = sensor.celsius().toFixed(1);
        if (now === shown) return;
        shown = now;
        resource.notify();
      };
      timer = timers.set(measure, periodMs);
      stop = () => {
        timers.clear(timer);
        site.remove("temperature");
      };
    },
    stop: () => stop(),
  };
}
