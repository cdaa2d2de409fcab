/** CoAP over UDP. RFC 7252 §3: one message is one datagram. */

import type { UDPConstructor, UDPOptions } from "../../ports/udp.js";
import type { TransportFactory } from "./transport.js";

/** A transport on a UDP class of ECMA-419's shape. */
export function udpTransport(
  udp: UDPConstructor,
  local: Pick<UDPOptions, "port" | "address">,
): TransportFactory {
  return (receiver) => {
    const socket = new udp({
      ...local,
      onReadable() {
        // The host bounds what it announces in one turn.
        for (let datagram = socket.read(); datagram; datagram = socket.read())
          receiver.receive(
            new Uint8Array(datagram),
            datagram.address,
            datagram.port,
            datagram.multicast === true,
          );
      },
      onError: (error, address, port) => receiver.undeliverable(address, port, error),
    });
    return {
      get port() {
        return socket.port;
      },
      send: (bytes, address, port) => socket.write(bytes, address, port),
      joinGroup: (group) => socket.add(group),
      leaveGroup: (group) => socket.remove(group),
      close: () => socket.close(),
    };
  };
}
