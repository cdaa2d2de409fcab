/**
 * Our server as a program, to run on a host of its own. Prints "ready", and each message as `reports.ts` has it.
 *
 *   node sample-server.js NAME LEISURE_MS [GROUP...]
 */

import { nodePlatform } from "../../../hosts/node/index.js";
import { COAP_PORT } from "../../../src/coap/codec/uri.js";
import { Endpoint } from "../../../src/coap/endpoint.js";
import { text } from "../../../src/coap/server/response.js";
import { LARGE_LIMITS } from "../ours/endpoints.js";
import { formatReport } from "./reports.js";
import { SampleSite } from "../ours/sample-site.js";

const [name = "", leisureMs = "", ...groups] = process.argv.slice(2);
const { site } = new SampleSite();
site.add(name, { get: () => text(name) });
const endpoint = new Endpoint(nodePlatform(), {
  port: COAP_PORT,
  site,
  limits: LARGE_LIMITS,
  parameters: { leisureMs: Number(leisureMs) },
  trace: (event) => console.log(formatReport(event, performance.now())),
});
for (const group of groups) endpoint.joinGroup(group);
console.log("ready");
