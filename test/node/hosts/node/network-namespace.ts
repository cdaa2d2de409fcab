/**
 * Runs a program in a network of its own: a Linux network namespace with loopback and two links that carry multicast,
 * `link0` (fe80::1, fd00::1, 192.0.2.1) and `link1` (fe80::2, fd01::1, 198.51.100.1).
 */

import { spawnSync } from "node:child_process";

/** Exit code of the set-up where the kernel has no kind of link to offer. */
const NO_LINKS = 77;

/** Dummy links where the kernel has them, else pairs of virtual Ethernet whose other end nobody listens to. */
const SET_UP = `
  add_link() {
    ip link add "$1" type dummy 2>/dev/null || {
      ip link add "$1" type veth peer name "$1-peer" || exit ${NO_LINKS}
      ip link set "$1-peer" addrgenmode none
      ip link set "$1-peer" up
    }
    ip link set "$1" addrgenmode none multicast on
    ip link set "$1" up
  }
  ip link set lo up
  add_link link0
  add_link link1
  ip address add fe80::1/64 dev link0 nodad
  ip address add fd00::1/64 dev link0 nodad
  ip address add 192.0.2.1/24 dev link0
  ip address add fe80::2/64 dev link1 nodad
  ip address add fd01::1/64 dev link1 nodad
  ip address add 198.51.100.1/24 dev link1
  ip route add 224.0.0.0/4 dev link0
  exec "$@"
`;

/** No address and no route, not even to this machine itself. */
export const WITHOUT_ROUTES = `exec "$@"`;

/** Loopback, with IPv4 alone. */
export const WITHOUT_IPV6 = `
  ip link set lo up
  echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6 || exit ${NO_LINKS}
  exec "$@"
`;

export interface NamespaceResult {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * The program's result, or why this machine has no such network.
 * @param command program and arguments @param setUp commands of a shell that end with `exec "$@"`
 */
export function runInNamespace(
  command: readonly string[],
  setUp = SET_UP,
): NamespaceResult | { readonly missing: string } {
  const asRoot = process.getuid?.() === 0 ? [] : ["--map-root-user"];
  const unshare = ["--net", ...asRoot];
  const { error, status } = spawnSync("unshare", [...unshare, "ip", "link"]);
  if (error !== undefined || status !== 0)
    return { missing: "network namespaces (unshare and ip) are not permitted here" };
  const result = spawnSync("unshare", [...unshare, "sh", "-c", setUp, "sh", ...command], {
    encoding: "utf8",
    timeout: 60_000,
  });
  if (result.status === NO_LINKS) return { missing: "the kernel lets no such network be set up" };
  return { status: result.status, stdout: result.stdout, stderr: result.stderr };
}
