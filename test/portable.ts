/**
 * What a portable test may import besides `src/`. On Node `describe` and `it` are mocha's; on XS the engine's
 * test runner collects them while the modules load, and runs them afterwards in a device-sized arena.
 */

import { registry } from "../simulators/testing/registry.js";

type Body = () => void | Promise<void>;
interface TestFunctions {
  describe(title: string, body: () => void): void;
  it(title: string, body: Body): void;
}

/** On Node, mocha's. */
const host = globalThis as unknown as Partial<TestFunctions>;

/** Groups tests. Its body may only define constants: on a device-like engine whatever it makes is read-only later. */
export const describe: TestFunctions["describe"] = (title, body) =>
  (host.describe ?? registry.describe)(title, body);
/** Declares one test. It must contain an assertion. */
export const it: TestFunctions["it"] = (title, body) => (host.it ?? registry.it)(title, body);
/** What a user's tests import as well. */
export {
  assert,
  hostCrypto,
  NorFlash,
  SeededRandom,
  World,
  type VirtualHost,
} from "../simulators/testing/index.js";
export { registry };
