/** What an observation brings next. */

import assert from "node:assert/strict";

import type { Observation } from "../src/coap/client/observation.js";

/** Payload of the next notification; the observation must not have ended. */
export async function nextPayload(observation: Observation): Promise<Uint8Array> {
  const { done, value } = await observation.next();
  assert.equal(done, false);
  return value.payload;
}

/** {@link nextPayload} as text. */
export async function nextText(observation: Observation): Promise<string> {
  const { done, value } = await observation.next();
  assert.equal(done, false);
  return value.text();
}
