/**
 * The resource that tells how well a device knows the time: as text, a line for each fact, or as a CBOR map with the
 * same names. Facts that are not known are left out. This is Coapsule's own; no specification exists.
 */

import { encodeUtf8 } from "../../bytes/utf8.js";
import { DATE_TIME_TEXT } from "../../cbor/tag.js";
import { CborWriter } from "../../cbor/writer.js";
import { NOT_ACCEPTABLE } from "../../coap/codec/code.js";
import { CBOR, TEXT_PLAIN } from "../../coap/codec/content-format.js";
import { RequestError } from "../../coap/server/request-error.js";
import type { Resource } from "../../coap/server/resource.js";
import { content, type Response } from "../../coap/server/response.js";
import type { Site } from "../../coap/server/site.js";
import type { TimeClient } from "./client.js";
import type { SynchronizedClock } from "./clock.js";
import { formatDateTime } from "./date-time.js";

type Fact = readonly [name: string, value: string | number | boolean | DateTime];

/** Date and time as text, to be told from other text. */
interface DateTime {
  readonly dateTime: string;
}

function listFacts(clock: SynchronizedClock, client: TimeClient | undefined): Fact[] {
  const { unixMs, earliestMs, latestMs, synchronized } = clock.now();
  const { accepted, steps, refused } = clock.counters;
  const facts: Fact[] = [["synchronized", synchronized]];
  if (synchronized) {
    facts.push(["time", { dateTime: formatDateTime(unixMs) }]);
    facts.push(["uncertainty-ms", Math.ceil(Math.max(latestMs - unixMs, unixMs - earliestMs))]);
  } else facts.push(["not-before", { dateTime: formatDateTime(earliestMs) }]);
  facts.push(["scale", clock.scale]);
  if (clock.driftPpm !== undefined) facts.push(["drift-ppm", Math.round(clock.driftPpm * 10) / 10]);
  facts.push(["accepted", accepted], ["steps", steps]);
  facts.push(["refused-implausible", refused.implausible], ["refused-contradictory", refused.contradictory]);
  facts.push(["refused-scale", refused.scale], ["refused-untimely", refused.untimely]);
  if (client !== undefined) {
    facts.push(["server", client.server], ["polls", client.polls], ["failures", client.failures]);
    facts.push(["malformed", client.malformed]);
    if (client.roundTripMs !== undefined) facts.push(["round-trip-ms", Math.round(client.roundTripMs)]);
    if (client.ageMs !== undefined) facts.push(["age-s", Math.round(client.ageMs / 1000)]);
  }
  return facts;
}

function asText(facts: readonly Fact[]): Uint8Array {
  let text = "";
  for (const [name, value] of facts)
    text += `${name} ${typeof value === "object" ? value.dateTime : value}\n`;
  return encodeUtf8(text);
}

function asCbor(facts: readonly Fact[]): Uint8Array {
  const writer = new CborWriter().map(facts.length);
  for (const [name, value] of facts) {
    writer.text(name);
    if (typeof value === "object") writer.tag(DATE_TIME_TEXT).text(value.dateTime);
    else if (typeof value === "string") writer.text(value);
    else if (typeof value === "boolean") writer.boolean(value);
    else if (Number.isInteger(value)) writer.integer(value);
    else writer.float(value);
  }
  return writer.bytes;
}

function answer(accept: number, clock: SynchronizedClock, client: TimeClient | undefined): Response {
  if (accept !== TEXT_PLAIN && accept !== CBOR)
    throw new RequestError(NOT_ACCEPTABLE, `expected Accept ${TEXT_PLAIN} or ${CBOR}, got ${accept}`);
  const facts = listFacts(clock, client);
  return content(accept === CBOR ? asCbor(facts) : asText(facts), accept, { maxAge: 0 });
}

/**
 * Offers the state of `clock`, and of the client that sets it, at `path`.
 * @param client absent where nothing sets the clock
 * @returns the resource; call its `notify()` when something changed
 * @throws {RangeError} when the path is taken
 */
export function mountTimeStatus(
  site: Site,
  path: string,
  clock: SynchronizedClock,
  client: TimeClient | undefined,
): Resource {
  return site.add(path, {
    get: ({ accept = TEXT_PLAIN }) => answer(accept, clock, client),
    observable: true,
    maxAge: 0,
    title: "Time synchronisation",
    ct: [TEXT_PLAIN, CBOR],
  });
}
