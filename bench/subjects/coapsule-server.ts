/**
 * Our server: `coapsule-server.js PORT [q-block]`, with the word it takes Q-Block options as well. GET /hello; PUT and
 * GET /large. Says "ready".
 */

import { NODE_LIMITS } from "../../hosts/node/limits.js";
import { nodePlatform } from "../../hosts/node/index.js";
import { Endpoint, OCTET_STREAM, Site, changed, content, qBlock, text } from "../../src/index.js";
import { ADDRESS, HELLO } from "../workload.js";

const [port, blocks] = process.argv.slice(2);
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
  port: Number(port),
  address: ADDRESS,
  site,
  limits: NODE_LIMITS,
  ...(blocks === "q-block" ? { qBlock: qBlock() } : undefined),
});
console.log("ready");
