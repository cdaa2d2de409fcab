/**
 * The time service's resource ('Everything over CoAP' §2.6), which has no specification beyond its representations.
 *
 * Without Accept, or with Accept 0: whole seconds of Unix time in decimal ASCII. With Accept 60: CBOR, tag 1001 with
 * milliseconds and, where the clock makes one, its promise; `?tag=0` and `?tag=1` ask for the older tags, `?scale=tai`
 * for TAI. Other arguments mean nothing, so that `?ticks`, which libcoap's server needs, does no harm. Max-Age is 0: a
 * cache must not give away a time that has passed.
 */

import { BAD_REQUEST, NOT_ACCEPTABLE, SERVICE_UNAVAILABLE } from "../../coap/codec/code.js";
import { CBOR, TEXT_PLAIN } from "../../coap/codec/content-format.js";
import type { Request } from "../../coap/server/request.js";
import { RequestError } from "../../coap/server/request-error.js";
import type { Resource } from "../../coap/server/resource.js";
import { content, type Response } from "../../coap/server/response.js";
import type { Site } from "../../coap/server/site.js";
import { DATE_TIME_TEXT, EPOCH_TIME, EXTENDED_TIME } from "../../cbor/tag.js";
import type { TimeSource, Timescale } from "./reading.js";
import { cborTime, textTime, type TimeTag } from "./representation.js";

/** Max-Age of the 5.03 while the time is not known, in seconds: when to ask again. */
export const UNKNOWN_TIME_RETRY_S = 10;

interface Wish {
  readonly tag: TimeTag;
  readonly scale: Timescale;
}

function parseTag(value: string): TimeTag {
  switch (value) {
    case "0":
      return DATE_TIME_TEXT;
    case "1":
      return EPOCH_TIME;
    case "1001":
      return EXTENDED_TIME;
    default:
      throw new RequestError(BAD_REQUEST, "expected tag=0, tag=1 or tag=1001");
  }
}

function parseWish(query: readonly string[]): Wish {
  let tag: TimeTag = EXTENDED_TIME;
  let scale: Timescale = "utc";
  for (const argument of query) {
    if (argument.startsWith("tag=")) tag = parseTag(argument.slice(4));
    else if (argument === "scale=tai") scale = "tai";
    else if (argument.startsWith("scale=") && argument !== "scale=utc")
      throw new RequestError(BAD_REQUEST, "expected scale=utc or scale=tai");
  }
  return { tag, scale };
}

function answer(request: Request, source: TimeSource): Response {
  const { accept = TEXT_PLAIN } = request;
  if (accept !== TEXT_PLAIN && accept !== CBOR)
    throw new RequestError(NOT_ACCEPTABLE, `expected Accept ${TEXT_PLAIN} or ${CBOR}, got ${accept}`);
  const { tag, scale } = parseWish(request.query);
  if (scale === "tai" && (accept === TEXT_PLAIN || tag !== EXTENDED_TIME))
    throw new RequestError(BAD_REQUEST, "only CBOR tag 1001 (Accept 60) can say that it is TAI");
  const instant = source.read(scale);
  if (instant === undefined)
    throw new RequestError(SERVICE_UNAVAILABLE, "time not known yet", { maxAge: UNKNOWN_TIME_RETRY_S });
  const payload = accept === CBOR ? cborTime(instant, tag, scale) : textTime(instant);
  return content(payload, accept, { maxAge: 0 });
}

/**
 * Offers the time at `path`.
 * @returns the resource; call its `notify()` when the clock was set, and as often as observers shall see it advance
 * @throws {RangeError} when the path is taken
 */
export function mountTimeResource(site: Site, path: string, source: TimeSource): Resource {
  return site.add(path, {
    get: (request) => answer(request, source),
    observable: true,
    maxAge: 0,
    title: "UNIX time",
    ct: [TEXT_PLAIN, CBOR],
  });
}
