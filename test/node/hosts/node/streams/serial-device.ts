/** What `duplex-stream.test.ts` runs in a process of its own: a device whose serial line are its standard streams. */

import { Duplex } from "node:stream";
import { nodePlatform } from "../../../../../hosts/node/platform.js";
import { DuplexStream } from "../../../../../hosts/node/streams/duplex-stream.js";
import { Endpoint } from "../../../../../src/coap/endpoint.js";
import { changed, text } from "../../../../../src/coap/server/response.js";
import { Site } from "../../../../../src/coap/server/site.js";
import { SlipmuxLine } from "../../../../../src/coap/transport/slipmux/line.js";
import { slipmuxTransport } from "../../../../../src/coap/transport/slipmux/transport.js";

const standardStreams = Duplex.from({ readable: process.stdin, writable: process.stdout });
const line = new SlipmuxLine((callbacks) => new DuplexStream(standardStreams, callbacks));
const site = new Site();
let stored = "";
site.add("store", {
  get: () => text(stored),
  put: ({ payload }) => {
    stored = Buffer.from(payload).toString();
    line.writeDiagnostic(`stored ${payload.length} bytes\n`);
    return changed();
  },
  maxBodyBytes: 100_000,
});
const endpoint = new Endpoint(nodePlatform(), { site, transport: slipmuxTransport(line) });
process.stdin.once("end", () => endpoint.close());
