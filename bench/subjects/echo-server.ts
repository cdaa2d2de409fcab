/**
 * The ceiling of Node: `echo-server.js PORT`. A bare socket of node:dgram that makes each request its own piggybacked
 * 2.05 response by two bytes of the header, and nothing else. Says "ready".
 */

import { createSocket } from "node:dgram";
import { ADDRESS } from "../workload.js";

const ACKNOWLEDGEMENT = 0x60;
const CONTENT = 0x45;

const socket = createSocket({
  type: "udp4",
  // The default asks dns.lookup about every datagram, numeric addresses too.
  lookup: (address, _options, callback) => callback(null, address, 4),
});
socket.on("message", (message, { address, port }) => {
  message[0] = ACKNOWLEDGEMENT | (message[0]! & 15);
  message[1] = CONTENT;
  socket.send(message, port, address);
});
socket.bind(Number(process.argv[2]), ADDRESS, () => console.log("ready"));
