/** Our server: `coapsule-server.js PORT`. GET /hello; PUT and GET /large. Says "ready". */

import { NODE_LIMITS } from "../../hosts/node/limits.js";
import { nodePlatform } from "../../hosts/node/index.js";
import { Endpoint, OCTET_STREAM, Site, changed, content, text } from "../../src/index.js";
import { ADDRESS, HELLO } from "../workload.js";

const site = new Site();
let body: Uint8Array = new Uint8Array(0);
site.add("hello", { get: () => text(HELLO) });
site.add("large", {
  get: () => content(body, OCTET_STREAM),
  put(request) {
    body = request.payload;
    return changed();
  },
});
new Endpoint(nodePlatform(), {
  port: Number(process.argv[2]),
  address: ADDRESS,
  site,
  limits: NODE_LIMITS,
});
console.log("ready");
