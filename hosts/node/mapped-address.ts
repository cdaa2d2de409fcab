/** How sockets for IPv6 and IPv4 write IPv4 addresses (RFC 4291 §2.5.5.2). */

const MAPPED_PREFIX = "::ffff:";

/** An IPv4 address as it is written elsewhere; others as they are. */
export function plainAddress(address: string): string {
  return address.startsWith(MAPPED_PREFIX) && address.includes(".")
    ? address.slice(MAPPED_PREFIX.length)
    : address;
}

/** An IPv4 address for a socket that takes IPv6 addresses. */
export function mappedAddress(address: string): string {
  return address.includes(":") ? address : MAPPED_PREFIX + address;
}
