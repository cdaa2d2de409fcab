/** The device of `make run`: what a product begins with. */

import { diagnostics } from "../src/applications/diagnostics/feature.js";
import { keys } from "../src/applications/provisioning/feature.js";
import { image } from "../src/image.js";
import minimal from "./minimal.js";

export default image({
  configuration: minimal.configuration,
  features: (values) => [...minimal.features(values), keys(), diagnostics()],
});
