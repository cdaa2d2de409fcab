/**
 * A device on XS that serves: `device.js PORT`. GET /hello; GET /kept, the same, whose response is there already; PUT /large, a body of 100 KiB that is taken block by
 * block. Says "ready". Portable but for its platform.
 */

import type { Main } from "../../hosts/xs/platform.js";
import { Endpoint } from "../../src/coap/endpoint.js";
import { changed, text } from "../../src/coap/server/response.js";
import { Site } from "../../src/coap/server/site.js";
import { MemoryKeyValue } from "../../src/storage/memory.js";
import { ADDRESS, DEVICE_BODY_BYTES, HELLO } from "../workload.js";

const main: Main = (platform, [port]) => {
  const site = new Site();
  site.add("hello", { get: () => text(HELLO) });
  const kept = text(HELLO);
  site.add("kept", { get: () => kept });
  // What a firmware image is to a device: it comes block by block and goes to flash, here nowhere.
  site.add("large", {
    bodies: "blocks",
    maxBodyBytes: DEVICE_BODY_BYTES,
    put: () => changed(),
  });
  new Endpoint(
    { ...platform, keyValue: new MemoryKeyValue() },
    { port: Number(port), address: ADDRESS, site },
  );
  platform.console.log("ready");
};

export default main;
