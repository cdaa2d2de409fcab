import { networkInterfaces } from "node:os";

/** The address at which this machine reaches itself: `::1`, or `127.0.0.1` where it has no IPv6. */
export function loopbackAddress(interfaces = networkInterfaces()): string {
  const hasIPv6 = Object.values(interfaces).some((addresses) =>
    addresses?.some(({ address }) => address === "::1"),
  );
  return hasIPv6 ? "::1" : "127.0.0.1";
}
