/** A network that loses what a test tells it to. */

import { nodePlatform } from "../../../hosts/node/index.js";
import { NodeUDP } from "../../../hosts/node/udp.js";
import { faultyUDP } from "../../../simulators/wrappers/faulty-udp.js";
import type { Platform } from "../../../src/ports/platform.js";

/**
 * The platform of Node, whose sockets lose datagrams that they send.
 * @param isLost told the number of each datagram, from 1
 */
export function lossyPlatform(isLost: (datagram: number) => boolean): Platform {
  const platform = nodePlatform();
  return { ...platform, udp: faultyUDP(NodeUDP, { isLost, timers: platform.timers }) };
}
