/**
 * node-coap's server as a program, to run on a host of its own: a member of a group, that answers every request with
 * one link. Prints "ready".
 *
 *   node group-member.js udp4|udp6 GROUP INTERFACE TARGET
 */

import { createServer, type IncomingMessage, type OutgoingMessage } from "coap";
import { COAP_PORT } from "../../../../src/coap/codec/uri.js";

const [type, multicastAddress = "", multicastInterface = "", target = ""] = process.argv.slice(2);
const server = createServer({ type: type as "udp4" | "udp6", multicastAddress, multicastInterface });
server.on("request", (_request: IncomingMessage, answer: OutgoingMessage) => {
  answer.setOption("Content-Format", "application/link-format");
  answer.end(`<${target}>`);
});
server.listen(COAP_PORT, (error?: Error) => {
  if (error) throw error;
  console.log("ready");
});
