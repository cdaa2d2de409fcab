/** The device: what it does, and what can be set when it starts. */

import { image, time } from "coapsule";
import { simulatedSensor } from "./simulated-sensor.js";
import { temperature } from "./temperature.js";

export default image({
  configuration: {
    time: {
      type: "uri",
      help: "time server, such as coap://[::1]:5684/time; without one the device has no time",
    },
    period: {
      type: "integer",
      minimum: 1,
      maximum: 3600,
      default: 2,
      help: "seconds between two measurements",
    },
  },
  features: (values) => [
    time({ server: values.time }),
    temperature({ sensor: simulatedSensor(), periodMs: values.period * 1000 }),
  ],
});
