/** A peer as it is reached through a security context. */

import type { Capabilities } from "../../../coap/messaging/capabilities.js";
import { Peer } from "../../../coap/messaging/peer.js";
import type { Transmission } from "../../../coap/messaging/transmission.js";
import { MAX_PARTIAL_IV_BYTES } from "../context/partial-iv.js";
import { RENEWED_KID_CONTEXT_BYTES } from "../contexts/renewal.js";
import type { NamedContext } from "../contexts/named-context.js";

/**
 * What protection adds to a message at most, beside tag and IDs: the header of the OSCORE option and its flags (3), the
 * Partial IV, the length of the kid context (1), code and payload marker of the plaintext (2), the outer Observe option
 * (4), and the deltas of options that stand behind a gap now (2 each, inside and outside).
 */
const OVERHEAD_BYTES = 3 + MAX_PARTIAL_IV_BYTES + 1 + 2 + 4 + 4;

export class ProtectedPeer extends Peer {
  /** The peer that messages go to. */
  readonly base: Peer;
  readonly context: NamedContext;
  /** What waits is in the base's queue. */
  override readonly waiting: Transmission[];
  #learned: Capabilities | undefined;

  /** @param id below 0: those of other peers are not */
  constructor(base: Peer, context: NamedContext, id: number) {
    super(base.address, base.port, id, 0, base.messageIds);
    const { tagBytes, parameters } = context.security;
    const kidContextBytes = context.renewal ? RENEWED_KID_CONTEXT_BYTES : (parameters.idContext?.length ?? 0);
    this.base = base;
    this.context = context;
    this.waiting = base.waiting;
    this.scheme = base.scheme;
    this.securityContext = context.name;
    this.overheadBytes = OVERHEAD_BYTES + tagBytes + parameters.senderId.length + kidContextBytes;
    // Bodies travel in the blocks of RFC 7959.
    this.takesQBlock = false;
    this.learn();
  }

  /** Takes over what the base has said of itself meanwhile (RFC 8323 §5.3). */
  learn(): void {
    const { capabilities } = this.base;
    if (capabilities === this.#learned) return;
    this.#learned = capabilities;
    this.capabilities = capabilities && {
      ...capabilities,
      maxMessageBytes: Math.max(0, capabilities.maxMessageBytes - this.overheadBytes),
    };
  }
}
