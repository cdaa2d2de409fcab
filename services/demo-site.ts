/** The resources of `coapsule serve`: one for each thing that a CoAP client may want to try. */

import { TEXT_PLAIN } from "../src/coap/codec/content-format.js";
import { text } from "../src/coap/server/response.js";
import { Site } from "../src/coap/server/site.js";
import type { Platform } from "../src/ports/platform.js";
import type { TimeSource } from "../src/applications/time/reading.js";
import { mountTimeResource } from "../src/applications/time/server.js";
import { mountCounter } from "./counter.js";
import { mountEcho } from "./echo.js";
import { mountLarge } from "./large.js";
import { mountSeparate } from "./separate.js";
import { mountStore } from "./store.js";

/** What /hello says: 15 bytes. */
export const GREETING = "Hello, Coapsule";

/** A site with resources that change by themselves. */
export interface DemoSite {
  readonly site: Site;
  /** Stops the timers of its resources. */
  close(): void;
}

/** @param platform its timers drive /counter, /separate and the notifications of /time */
export function createDemoSite(platform: Pick<Platform, "timers">, source: TimeSource): DemoSite {
  const site = new Site();
  const time = mountTimeResource(site, "time", source);
  site.add("hello", { title: "Greeting", ct: [TEXT_PLAIN], get: () => text(GREETING) });
  site.add("protected", {
    title: "Only through OSCORE",
    ct: [TEXT_PLAIN],
    protectedBy: "any",
    get: () => text(GREETING),
  });
  mountLarge(site, "large");
  mountEcho(site, "echo");
  mountStore(site, "store");
  mountSeparate(site, "separate", platform.timers);
  const counter = mountCounter(site, "counter", platform.timers, () => time.notify());
  return { site, close: () => counter.stop() };
}
