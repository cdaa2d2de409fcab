/**
 * Our server: `coapsule-server.js PORT [q-block|oscore]`, with the word it takes Q-Block options or protected requests
 * as well. GET /hello; PUT and GET /large. Says "ready".
 */

import { NODE_LIMITS } from "../../hosts/node/limits.js";
import { nodePlatform } from "../../hosts/node/index.js";
import { Endpoint, OCTET_STREAM, Site, changed, content, qBlock, text } from "../../src/index.js";
import { ADDRESS, HELLO } from "../workload.js";
import { protection } from "./oscore-context.js";

const [port, more] = process.argv.slice(2);
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
const platform = nodePlatform();
new Endpoint(platform, {
  port: Number(port),
  address: ADDRESS,
  site,
  limits: NODE_LIMITS,
  ...(more === "q-block" ? { qBlock: qBlock() } : undefined),
  ...(more === "oscore" ? { oscore: protection(platform.crypto, "server") } : undefined),
});
console.log("ready");
