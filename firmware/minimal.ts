/** A server and the time, without security. */

import { time } from "../src/applications/time/feature.js";
import { image } from "../src/image.js";

export default image({
  configuration: {
    time: {
      type: "uri",
      help: "time server, such as coap://[::1]:5684/time; without one the device has no time",
    },
  },
  features: (values) => [time({ server: values.time })],
});
