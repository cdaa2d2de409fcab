/**
 * CoAP over a serial line: messages as over UDP, RFC 7252's reliability included. draft-bormann-t2trg-slipmux §5.
 *
 * A line has no addresses. To the layers above, what is at its other end has a link-local IPv6 address whose zone is the
 * line's name: a zone is a link (RFC 4007 §5), and on this one there is nobody else. So URIs have a form for it,
 * `coap://[fe80::1%25ttyUSB0]/`, no Uri-Host is sent, and a peer there is no stranger.
 */

import { defaultPort } from "../../codec/uri.js";
import type { TransportFactory } from "../transport.js";
import type { SlipmuxLine } from "./line.js";

/** Name of the line where nobody gave it one: that of an empty authority in `coap+uart:///` (§5). */
export const DEFAULT_LINE = "uart";

/** The port of whoever is at the other end: with the scheme's own, URIs need none. */
const PORT = defaultPort("coap")!;

/** Address of what is at the other end of a line. @param name the zone, such as `ttyUSB0` */
export function lineAddress(name: string): string {
  return `fe80::1%${name}`;
}

/** A transport on a line, which it closes with itself. @param name tells lines apart in URIs and traces */
export function slipmuxTransport(line: SlipmuxLine, name = DEFAULT_LINE): TransportFactory {
  const address = lineAddress(name);
  return (receiver) => {
    line.attach({
      message: (bytes) => receiver.receive(bytes, address, PORT, false),
      ended: (error) => receiver.undeliverable(address, PORT, error),
      fault: (error) => receiver.fault(error),
    });
    return {
      port: PORT,
      send(bytes, toAddress, toPort) {
        if (toAddress !== address || toPort !== PORT)
          throw new RangeError(`expected ${address} port ${PORT}, all that a serial line leads to`);
        line.writeMessage(bytes);
      },
      joinGroup: refuseGroup,
      leaveGroup: refuseGroup,
      close: () => line.close(),
    };
  };
}

function refuseGroup(group: string): never {
  throw new RangeError(`expected no multicast group on a serial line, got ${group}`);
}

/**
 * The URI that a client takes, for one of the scheme `coap+uart`: `coap+uart://ttyUSB0/APlist` (§5). Others come back as
 * they are. Case counts in a line's name.
 */
export function resolveLineUri(uri: string): string {
  const [, name, rest] = /^coap\+uart:\/\/([^/?#]*)(.*)$/isu.exec(uri) ?? [];
  if (name === undefined) return uri;
  return `coap://[${lineAddress(name === "" ? DEFAULT_LINE : name).replace("%", "%25")}]${rest}`;
}
