/**
 * Which of a host's addresses to use: the first one where somebody is. RFC 8305 §5, RFC 6724 §2.
 *
 * A request must not be done twice, so it never goes to two addresses: what goes to all of them is an Empty message,
 * which a CoAP endpoint answers with a Reset (RFC 7252 §4.3), or the opening of a TCP connection.
 */

import { connect } from "node:net";
import { Endpoint } from "../../src/coap/endpoint.js";
import { formatUri, type CoapUri } from "../../src/coap/codec/uri.js";
import type { TimerHandle, Timers } from "../../src/ports/timers.js";
import { ConnectedUDP } from "./connected-udp.js";
import { nodePlatform } from "./platform.js";
import { nodeTimers } from "./timers.js";

/** How long an address may keep silent before the next one is tried as well (RFC 8305 §8). */
export const CONNECTION_ATTEMPT_DELAY_MS = 250;

/** How long all addresses may keep silent, once each was tried; then the first that did not refuse is taken. */
export const PROBE_TIMEOUT_MS = 2_000;

/** Resolves when somebody is at the address, rejects when nobody is; ends when the signal says so. */
export type Probe = (address: string, signal: AbortSignal) => Promise<void>;

/**
 * The first address where somebody is: the next one is tried at once where one is refused, and beside it where it keeps
 * silent for {@link CONNECTION_ATTEMPT_DELAY_MS}. Where nobody can be found it is the first address that was not refused,
 * else the first, so that the request itself says what is wrong.
 * @param addresses in the order of preference, one at least
 */
export function firstReachable(
  addresses: readonly string[],
  probe: Probe,
  timers: Timers = nodeTimers,
): Promise<string> {
  const [first] = addresses;
  if (addresses.length === 1) return Promise.resolve(first!);
  const refused = new Set<string>();
  const attempts = new AbortController();
  return new Promise((resolve) => {
    let started = 0;
    let timer: TimerHandle | undefined;
    const left = (): string[] => addresses.filter((address) => !refused.has(address));
    const settle = (address: string): void => {
      if (timer) timers.clear(timer);
      attempts.abort();
      resolve(address);
    };
    const onRefused = (address: string): void => {
      if (attempts.signal.aborted) return;
      refused.add(address);
      const [next, ...others] = left();
      // There is nothing to choose any more.
      if (others.length === 0) settle(next ?? first!);
      else if (started < addresses.length) start();
    };
    const start = (): void => {
      const address = addresses[started]!;
      started += 1;
      if (timer) timers.clear(timer);
      timer =
        started < addresses.length
          ? timers.set(start, CONNECTION_ATTEMPT_DELAY_MS)
          : timers.set(() => settle(left()[0] ?? first!), PROBE_TIMEOUT_MS);
      probe(address, attempts.signal).then(
        () => settle(address),
        () => onRefused(address),
      );
    };
    start();
  });
}

/** How to find out whether somebody is where a URI leads to; undefined for a scheme that has no such way. */
export function probeOf(uri: CoapUri): Probe | undefined {
  if (uri.scheme === "coap") return (address, signal) => ping({ ...uri, host: address }, signal);
  if (uri.scheme === "coaps") return undefined;
  return (address, signal) => openTCP(address, uri.port, signal);
}

async function ping(uri: CoapUri, signal: AbortSignal): Promise<void> {
  // Sockets that are connected hear of it at once where nobody listens.
  const endpoint = new Endpoint({ ...nodePlatform(), udp: ConnectedUDP });
  try {
    await endpoint.client.ping(formatUri({ ...uri, hostIsAddress: true }), { signal });
  } finally {
    endpoint.close();
  }
}

function openTCP(host: string, port: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port });
    const end = (): void => void socket.destroy();
    signal.addEventListener("abort", end);
    socket.once("connect", () => {
      resolve();
      end();
    });
    socket.once("error", reject);
    socket.once("close", () => signal.removeEventListener("abort", end));
  });
}
