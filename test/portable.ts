/**
 * What a portable test may import besides `src/`. On Node `describe` and `it` are mocha's; on XS the engine's
 * test runner collects them while the modules load, and runs them afterwards in a device-sized arena.
 */

import type { Crypto } from "../src/ports/crypto.js";
import { assert } from "../simulators/testing/assert.js";
import { registry } from "../simulators/testing/registry.js";

type Body = () => void | Promise<void>;
interface TestFunctions {
  describe(title: string, body: () => void): void;
  it(title: string, body: Body): void;
}

/** What test/node/hosts/node/portable-crypto.ts and test/boards/crypto/portable-crypto.ts put there. */
interface HostCrypto {
  coapsuleCrypto: Crypto;
}

const host = globalThis as unknown as Partial<TestFunctions & HostCrypto>;

/** Groups tests. Its body may only define constants: on a device-like engine whatever it makes is read-only later. */
export const describe: TestFunctions["describe"] = (title, body) =>
  (host.describe ?? registry.describe)(title, body);
/** Declares one test. It must contain an assertion. */
export const it: TestFunctions["it"] = (title, body) => (host.it ?? registry.it)(title, body);
/** The crypto port of the host that the tests run on. */
export function hostCrypto(): Crypto {
  if (host.coapsuleCrypto === undefined)
    throw new Error("this host has no cryptography: on XS, run make -C hosts/xs linux32-crypto");
  return host.coapsuleCrypto;
}
export { assert };
export { registry };
/** Worlds in virtual time, so that no test sleeps. */
export { SeededRandom, World, type VirtualHost } from "../simulators/index.js";
/** Flash memory whose power can be cut. */
export { NorFlash } from "../simulators/index.js";
