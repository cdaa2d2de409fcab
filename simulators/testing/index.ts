/**
 * What a test of a device imports: it then runs on every engine (`coapsule test`), in virtual time.
 *
 *   describe("temperature", () => {
 *     it("is 21 °C in the beginning", async () => {
 *       const world = new World({ seed: 1 });
 *       …
 *       assert.equal(response.text(), "21.0");
 *     });
 *   });
 */

import { registry } from "./registry.js";

/** Groups tests. Its body may only define constants: on a device's engine whatever it makes is read-only later. */
export const describe: (title: string, body: () => void) => void = registry.describe;
/** Declares one test. It must contain an assertion. */
export const it: (title: string, body: () => void | Promise<void>) => void = registry.it;
export { assert, AssertionError, type Assert } from "./assert.js";
export { hostCrypto } from "./crypto.js";
/** Worlds in virtual time, so that no test sleeps. */
export { SeededRandom } from "../random.js";
export { World, type HostOptions, type WorldOptions } from "../world.js";
export type { VirtualHost } from "../host.js";
/** Flash memory whose power can be cut. */
export { NorFlash } from "../flash/nor-flash.js";
