/**
 * node-coap's client as a program, to run on a host of its own: asks a group, prints a line of JSON for each response,
 * and ends after the last that is expected.
 *
 *   node group-asker.js udp4|udp6 GROUP PATH QUERY RESPONSES
 */

import { createSocket, type SocketType } from "node:dgram";
import { Agent, type IncomingMessage } from "coap";
import { COAP_PORT } from "../../../../src/coap/codec/uri.js";

/** One response to a request by multicast. */
export interface GroupAnswer {
  readonly address: string;
  readonly code: string;
  readonly text: string;
}

const [type, hostname = "", pathname = "", query = "", expected] = process.argv.slice(2);
const socket = createSocket(type as SocketType);
socket.bind(0, () => {
  const request = new Agent({ socket }).request({
    hostname,
    port: COAP_PORT,
    pathname,
    ...(query !== "" && { query }),
    multicast: true,
  });
  let responses = 0;
  request.on("response", ({ rsinfo, code, payload }: IncomingMessage) => {
    const answer: GroupAnswer = { address: rsinfo.address, code, text: payload.toString() };
    console.log(JSON.stringify(answer));
    responses += 1;
    if (responses === Number(expected)) process.exit();
  });
  request.end();
});
