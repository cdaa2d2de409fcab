/** Stands in for a sensor where there is none: on a board its driver takes this place. */

import type { TemperatureSensor } from "./temperature.js";

/** It goes from 20.0 °C to 25.0 °C and back, a tenth at a time. */
export function simulatedSensor(): TemperatureSensor {
  let tenths = 200;
  let step = 1;
  return {
    celsius() {
      const now = tenths / 10;
      if (tenths + step > 250 || tenths + step < 200) step = -step;
      tenths += step;
      return now;
    },
  };
}
