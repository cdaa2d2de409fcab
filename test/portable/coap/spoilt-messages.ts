/** Messages that are nearly right, and resources that they reach: for tests of hostile traffic. */

import { fromHex, toHex } from "../../../src/bytes/hex.js";
import { changed, content, text, type Response } from "../../../src/coap/server/response.js";
import type { Site } from "../../../src/coap/server/site.js";
import type { TimerHandle, Timers } from "../../../src/ports/timers.js";
import type { SeededRandom } from "../../portable.js";

/** Requests of every kind, to be spoilt: for /a, observable, and with Block1, Block2, Echo, Request-Tag. */
const SEEDS = Object.freeze([
  "4101000120b161",
  "5101000220606151",
  "410100032061015161",
  "4103000420b161d10308ff000102030405060708090a0b0c0d0e0f",
  "4102000520b161d10318d1fc01ff000102030405060708090a0b0c0d0e0f",
  "4105000620b161c1104108ff01",
  "4101000720b161c170",
  "410100082044aabbccdd7161",
  "40000009",
  "6000000a",
  "7000000b",
  "6145000c20ff31",
  "5145000d20610aff31",
  "4101000e20bb2e77656c6c2d6b6e6f776e04636f726543723d2a",
  "4101000f20b161d8e40102030405060708",
]);

/** A message of every kind, spoilt more or less. */
export function spoiltMessage(random: SeededRandom): string {
  return spoil(random, SEEDS[random.integer(0, SEEDS.length - 1)]!);
}

/** Changes a few bytes of a message, or cuts it. */
export function spoil(random: SeededRandom, message: string): string {
  const bytes = fromHex(message);
  for (let changes = random.integer(0, 3); changes > 0; changes -= 1)
    bytes[random.integer(0, bytes.length - 1)] = random.integer(0, 255);
  // New message IDs mostly, so that not everything is a duplicate.
  if (bytes.length >= 4 && random.chance(0.9)) bytes[2] = random.integer(0, 255);
  return toHex(random.chance(0.2) ? bytes.subarray(0, random.integer(0, bytes.length)) : bytes);
}

/** Offers /a, which has every method, answers POST late and changes every two seconds. */
export function mountChanging(site: Site, timers: Timers): void {
  const body = new Uint8Array(100);
  const later = (): Promise<Response> =>
    new Promise((resolve) => void timers.set(() => resolve(text("1")), 700));
  const resource = site.add("a", {
    observable: true,
    get: () => content(body, 42),
    put: () => changed(),
    post: later,
    fetch: ({ payload }) => content(payload, 42),
    patch: ({ query }) => text(query.join()),
  });
  const tick = (): TimerHandle => {
    resource.notify();
    return timers.set(tick, 2000);
  };
  tick();
}
