/** A network that loses what a test tells it to. */

import { nodePlatform } from "../../../hosts/node/index.js";
import { NodeUDP } from "../../../hosts/node/udp.js";
import type { Platform } from "../../../src/ports/platform.js";

/**
 * The platform of Node, whose sockets lose datagrams that they send.
 * @param isLost told the number of each datagram, from 1
 */
export function lossyPlatform(isLost: (datagram: number) => boolean): Platform {
  let datagrams = 0;
  class LossyUDP extends NodeUDP {
    override write(datagram: Uint8Array, address: string, port: number): void {
      datagrams += 1;
      if (!isLost(datagrams)) super.write(datagram, address, port);
    }
  }
  return { ...nodePlatform(), udp: LossyUDP };
}
