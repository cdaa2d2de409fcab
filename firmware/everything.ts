/** All that exists, for tests. */

import { resourceDirectory } from "../src/applications/rd/feature.js";
import { image } from "../src/image.js";
import standard from "./standard.js";

export default image({
  configuration: {
    ...standard.configuration,
    rd: {
      type: "uri",
      help: "resource directory, such as coap://[::1]:5685; without one it is registered nowhere",
    },
  },
  features: (values) => [
    ...standard.features(values),
    ...(values.rd === undefined ? [] : [resourceDirectory({ server: values.rd })]),
  ],
});
