/** A resource that takes its time, so that the response comes separately (RFC 7252 §5.2.2). */

import { TEXT_PLAIN } from "../src/coap/codec/content-format.js";
import { text } from "../src/coap/server/response.js";
import type { Site } from "../src/coap/server/site.js";
import type { Timers } from "../src/ports/timers.js";

export const SEPARATE_DELAY_MS = 1000;

/** Offers it at `path`. @throws {RangeError} when the path is taken */
export function mountSeparate(site: Site, path: string, timers: Timers): void {
  site.add(path, {
    title: "Answers after a second",
    ct: [TEXT_PLAIN],
    maxAge: 0,
    get: () =>
      new Promise((resolve) => {
        timers.set(() => resolve(text("after a second")), SEPARATE_DELAY_MS);
      }),
  });
}
