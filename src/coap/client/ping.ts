/** Asks whether an endpoint is there. RFC 7252 §4.3, RFC 8323 §5.4. */

import { ProtocolError, type CoapError } from "../errors.js";
import type { NamesOf } from "../known-names.js";
import type { Peer } from "../messaging/peer.js";
import { Transmission } from "../messaging/transmission.js";
import type { RequestOptions } from "../request-options.js";
import { cancelled, whenGivenUp } from "./giving-up.js";
import type { ClientParts } from "./client.js";

export type PingOptions = Pick<RequestOptions, "address" | "signal" | "timeoutMs">;

/** The names of {@link PingOptions}. */
export const PING_OPTIONS: NamesOf<PingOptions> = Object.freeze({
  address: true,
  signal: true,
  timeoutMs: true,
} as const);

/** Resolves when the peer has answered a ping. @throws {CoapError} */
export async function ping(
  { endpoint: { deadlines }, messages }: Pick<ClientParts, "endpoint" | "messages">,
  peer: Peer,
  { signal, timeoutMs }: PingOptions,
): Promise<void> {
  // As every request: on a stack of its own.
  await Promise.resolve();
  if (signal?.aborted) throw cancelled();
  let giveUp: ((error: CoapError) => void) | undefined;
  const stopListening = whenGivenUp(deadlines, peer, signal, timeoutMs, (error) => giveUp?.(error));
  try {
    await new Promise<void>((resolve, reject) => {
      const transmission = new Transmission(peer, true, {
        rejected: resolve,
        acknowledged: () => reject(new ProtocolError("expected a Reset, got an acknowledgement")),
        failed: reject,
      });
      messages.sender.ping(transmission);
      giveUp = (error) => {
        messages.sender.cancel(transmission);
        reject(error);
      };
    });
  } finally {
    stopListening();
  }
}
