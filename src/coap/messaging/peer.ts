/** What an endpoint knows of another one. */

import type { TimerHandle } from "../../ports/timers.js";
import type { Capabilities } from "./capabilities.js";
import { MessageIds } from "./message-ids.js";
import type { Transmission } from "./transmission.js";

/** Whether long tokens are taken, as was found out. */
export interface TokenExperience {
  /** The length that was tried. */
  readonly tokenBytes: number;
  /** Tokens up to it are taken; otherwise none from it on. */
  readonly taken: boolean;
  /** Addresses may change hands: until when it counts, in milliseconds of the monotonic clock. */
  readonly untilMs: number;
}

/**
 * All layers keep what they know of a peer here, in one object: one of their own each would take a device more memory. The
 * fields stand in groups, and the layer that is named writes them; where nothing else is said, others only read.
 */
export class Peer {
  // Who it is: the table that makes it.

  /** Numeric address, with zone where link-local. */
  readonly address: string;
  readonly port: number;
  /** Scheme of the URIs by which it is reached (RFC 7252 §6, RFC 8323 §8). */
  scheme = "coap";
  /** Distinguishes peers in tables; never used twice. */
  readonly id: number;

  // Whether it may be forgotten: the table of peers.

  /** How many tables refer to this peer: one that is referred to is not forgotten. Each table counts its own entries. */
  references = 0;
  /** Survived one round of {@link PeerTable} looking for one to forget. */
  secondChance = false;

  // Messages to it: the message layer.

  /** Those of our messages to it; all groups together have the same, as one endpoint may be a member of several. */
  readonly messageIds: MessageIds;
  /** Confirmable messages of ours without an acknowledgement yet; at most NSTART. */
  readonly outstanding: Transmission[] = [];
  /** Messages of ours that wait for their turn. */
  readonly waiting: Transmission[] = [];
  /** Until when a silent peer is left alone (PROBING_RATE, RFC 7252 §4.7). Q-Block sets it as well (RFC 9177 §7.2). */
  quietUntilMs = 0;
  /** Set while a message waits for the end of that, or for a message ID. */
  wake: TimerHandle | undefined;
  /** How many of its messages are remembered for de-duplication (RFC 7252 §4.5). */
  remembered = 0;

  // What it may be sent: the amplification policy.

  /** Until when the peer counts as being where it says it is (RFC 9175 §2.3). */
  verifiedUntilMs = 0;
  /** Bytes that may still be sent to it before it has shown that it is there. */
  creditBytes = 0;
  /** The Echo option value that it was asked to return, if it was asked. */
  echo: Uint8Array | undefined;
  /** Whether its address is one that no router forwards from outside; unknown until it matters. */
  local: boolean | undefined;

  // How it is reached: the layer over connections, and OSCORE.

  /** What it has said of itself over a connection (RFC 8323 §5.3); undefined where it is reached by datagrams. */
  capabilities: Capabilities | undefined;
  /** Name of the security context through which it is reached; undefined where nothing is protected. */
  securityContext: string | undefined;
  /** Bytes that protection adds to a message at most. */
  overheadBytes = 0;

  // What requests to it have shown: the client's side.

  /** The Echo option value that it gave us, to be returned in our next request (RFC 9175 §2.3). */
  receivedEcho: Uint8Array | undefined;
  /** Whether it takes Q-Block options (RFC 9177 §4.1); unknown until it was asked. */
  takesQBlock: boolean | undefined;
  /** What became of a request with a long token (RFC 8974 §2.2.2). */
  tokenExperience: TokenExperience | undefined;

  /** @param start where its message IDs begin @param messageIds those that it shares with others, in place of its own */
  constructor(
    address: string,
    port: number,
    id: number,
    start: number,
    messageIds: MessageIds = new MessageIds(start),
  ) {
    this.address = address;
    this.port = port;
    this.id = id;
    this.messageIds = messageIds;
  }

  get idle(): boolean {
    return this.references === 0 && this.outstanding.length === 0 && this.waiting.length === 0;
  }
}
