/**
 * A capture that Wireshark and tshark read: the pcap file format (draft-ietf-opsawg-pcap), whose link type is RAW (101),
 * packets that begin with their IPv4 or IPv6 header. Datagrams of CoAP come without one, so it is made for them, with
 * the UDP header and both checksums.
 */

import { parseIPv4, parseIPv6 } from "../../src/coap/codec/address.js";
import type { UDPConstructor } from "../../src/ports/udp.js";
import { parseAddress } from "../address.js";
import type { End, Packet } from "../packet.js";
import { tracedUDP } from "./traced-udp.js";

const MAGIC = 0xa1b2c3d4;
const VERSION_MAJOR = 2;
const VERSION_MINOR = 4;
const SNAP_LENGTH = 0x40000;
const LINKTYPE_RAW = 101;
const FILE_HEADER_BYTES = 24;
const RECORD_HEADER_BYTES = 16;

const UDP_PROTOCOL = 17;
const UDP_HEADER_BYTES = 8;
const IPV4_HEADER_BYTES = 20;
const IPV6_HEADER_BYTES = 40;
const HOP_LIMIT = 64;

/** What a file begins with. */
export function pcapHeader(): Uint8Array {
  const view = new DataView(new ArrayBuffer(FILE_HEADER_BYTES));
  view.setUint32(0, MAGIC);
  view.setUint16(4, VERSION_MAJOR);
  view.setUint16(6, VERSION_MINOR);
  view.setUint32(16, SNAP_LENGTH);
  view.setUint32(20, LINKTYPE_RAW);
  return new Uint8Array(view.buffer);
}

/** The record of one datagram. @throws {AddressError} for addresses that are not numeric */
export function pcapRecord({ timeMs, from, to, bytes }: Packet): Uint8Array {
  const packet = ipPacket(from, to, bytes);
  const record = new Uint8Array(RECORD_HEADER_BYTES + packet.length);
  const view = new DataView(record.buffer);
  const microseconds = Math.round(timeMs * 1000);
  view.setUint32(0, Math.floor(microseconds / 1_000_000));
  view.setUint32(4, microseconds % 1_000_000);
  view.setUint32(8, packet.length);
  view.setUint32(12, packet.length);
  record.set(packet, RECORD_HEADER_BYTES);
  return record;
}

/**
 * The class of sockets of `udp`, whose datagrams are written to a capture. Where a socket was not bound to an address its
 * end is the unspecified one, `::` or `0.0.0.0`, as nobody says which it was.
 *
 * @param write takes the bytes of the file, from its start on
 * @param nowMs UNIX time in milliseconds, or virtual time
 */
export function capturedUDP(
  udp: UDPConstructor,
  write: (bytes: Uint8Array) => void,
  nowMs: () => number,
): UDPConstructor {
  write(pcapHeader());
  return tracedUDP(udp, ({ direction, local, remote, bytes }) => {
    const own = { address: ownAddress(local.address, remote.address), port: local.port };
    const [from, to] = direction === "out" ? [own, remote] : [remote, own];
    write(pcapRecord({ timeMs: nowMs(), from, to, bytes }));
  });
}

/** One of the family of the other end. */
function ownAddress(own: string, remote: string): string {
  const { family } = parseAddress(remote);
  if (own !== "" && parseAddress(own).family === family) return own;
  return family === 4 ? "0.0.0.0" : "::";
}

function ipPacket(from: End, to: End, payload: Uint8Array): Uint8Array {
  const source = addressBytes(from.address);
  const destination = addressBytes(to.address);
  const length = UDP_HEADER_BYTES + payload.length;
  const headerBytes = source.length === 4 ? IPV4_HEADER_BYTES : IPV6_HEADER_BYTES;
  const packet = new Uint8Array(headerBytes + length);
  const view = new DataView(packet.buffer);
  if (source.length === 4) {
    view.setUint8(0, 0x45);
    view.setUint16(2, packet.length);
    view.setUint8(8, HOP_LIMIT);
    view.setUint8(9, UDP_PROTOCOL);
    packet.set(source, 12);
    packet.set(destination, 16);
    view.setUint16(10, checksum(packet.subarray(0, IPV4_HEADER_BYTES), 0));
  } else {
    view.setUint8(0, 0x60);
    view.setUint16(4, length);
    view.setUint8(6, UDP_PROTOCOL);
    view.setUint8(7, HOP_LIMIT);
    packet.set(source, 8);
    packet.set(destination, 24);
  }
  view.setUint16(headerBytes, from.port);
  view.setUint16(headerBytes + 2, to.port);
  view.setUint16(headerBytes + 4, length);
  packet.set(payload, headerBytes + UDP_HEADER_BYTES);
  // RFC 768: the pseudo-header is both addresses, the protocol and the length; a checksum of 0 is sent as 0xffff.
  const pseudo = sum(source, 0) + sum(destination, 0) + UDP_PROTOCOL + length;
  view.setUint16(headerBytes + 6, checksum(packet.subarray(headerBytes), pseudo) || 0xffff);
  return packet;
}

function addressBytes(address: string): Uint8Array {
  const { text, family } = parseAddress(address);
  return family === 4 ? parseIPv4(text)! : parseIPv6(text)!.bytes;
}

/** RFC 1071, before it is folded. */
function sum(bytes: Uint8Array, start: number): number {
  let total = start;
  for (let index = 0; index < bytes.length; index += 2)
    total += (bytes[index]! << 8) | (bytes[index + 1] ?? 0);
  return total;
}

function checksum(bytes: Uint8Array, start: number): number {
  let total = sum(bytes, start);
  while (total > 0xffff) total = (total & 0xffff) + Math.floor(total / 0x10000);
  return ~total & 0xffff;
}
