/**
 * Runs portable tests on the XS host. Test modules are preloaded (`--preload`), which registers their tests; this
 * main module then runs them within the application's arena, and writes for xs-driver.ts what comes of them.
 */

import type { Main } from "../../hosts/xs/platform.js";
import { registry } from "../../simulators/testing/registry.js";
import { runTests } from "../../simulators/testing/run.js";
import { offerSetImmediate } from "../../simulators/testing/set-immediate.js";

const main: Main = async (platform) => {
  offerSetImmediate(platform.timers);
  await runTests(registry.tests, platform);
};

export default main;
