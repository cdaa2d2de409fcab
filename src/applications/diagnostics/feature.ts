/**
 * What the operator of a device wants to know of it and nobody else should: how long it has run, how near it came to the
 * end of its memory, and what its endpoint has counted, as a CBOR map. Read-only, and only through a security context (RFC 8613). This is Coapsule's own; no
 * specification exists.
 *
 *   { "uptime-s": 3600, "least-free-bytes": 78000, "received": 120, "sent": 118, …, "handlerErrors": 0 }
 */

import { CborWriter } from "../../cbor/writer.js";
import { NOT_ACCEPTABLE } from "../../coap/codec/code.js";
import { CBOR } from "../../coap/codec/content-format.js";
import type { Counters } from "../../coap/counters.js";
import { RequestError } from "../../coap/server/request-error.js";
import { content } from "../../coap/server/response.js";
import type { Site } from "../../coap/server/site.js";
import type { Feature } from "../../feature.js";
import type { Memory } from "../../ports/memory.js";

/** Path of the resource. */
export const DIAGNOSTICS_PATH = "diagnostics";

/** @example const device = new Device(platform, [diagnostics()], { oscore: oscore({ contexts }) }); */
export function diagnostics(): Feature {
  let mounted: Site | undefined;
  return {
    name: "diagnostics",
    start({ platform: { clock, memory }, endpoint: { counters }, site }) {
      const startedMs = clock.monotonicMs();
      mounted = site;
      site.add(DIAGNOSTICS_PATH, {
        get: ({ accept = CBOR }) => {
          if (accept !== CBOR)
            throw new RequestError(NOT_ACCEPTABLE, `expected Accept ${CBOR}, got ${accept}`);
          const uptimeMs = clock.monotonicMs() - startedMs;
          return content(describe(uptimeMs, memory, counters), CBOR, { maxAge: 0 });
        },
        protectedBy: "any",
        maxAge: 0,
        title: "Diagnostics",
        ct: [CBOR],
      });
    },
    stop() {
      mounted?.remove(DIAGNOSTICS_PATH);
    },
  };
}

function describe(uptimeMs: number, memory: Memory | undefined, counters: Counters): Uint8Array {
  const facts: (readonly [string, number])[] = [["uptime-s", Math.floor(uptimeMs / 1000)]];
  if (memory) facts.push(["least-free-bytes", memory.leastFreeBytes()]);
  facts.push(...(Object.entries(counters) as [string, number][]));
  const writer = new CborWriter().map(facts.length);
  for (const [name, fact] of facts) writer.text(name).integer(fact);
  return writer.bytes;
}
