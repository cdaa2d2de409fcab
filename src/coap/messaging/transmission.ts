/** A message of ours under way. RFC 7252 §4.2. */

import type { TimerHandle } from "../../ports/timers.js";
import type { Message } from "../codec/message.js";
import type { Options } from "../codec/options.js";
import type { CoapError } from "../errors.js";
import type { Peer } from "./peer.js";

/** Who wants to know what became of a message. */
export interface TransmissionHandler {
  /** It is sent for the first time. */
  started?(): void;
  /** A Confirmable message was acknowledged; `response` is what the acknowledgement carried. */
  acknowledged(response: Message | undefined, roundTripMs: number | undefined): void;
  /** The peer sent a Reset. */
  rejected(): void;
  /** It was never acknowledged, or the network refused it. */
  failed(error: CoapError): void;
  /**
   * Nothing is kept of the request but its transmission: an acknowledgement counts though the response in it has another
   * token, and is handed on without it (RFC 8974 §3.3).
   */
  readonly isStateless?: boolean;
  /** Content to send from now on instead (RFC 7641 §4.5.2), asked before each retransmission. */
  supersede?(messageId: number): Uint8Array | undefined;
}

/** What a message says: all but its type and its message ID, which are the message layer's. */
export interface OutgoingMessage {
  readonly code: number;
  readonly token: Uint8Array;
  readonly options: Options | undefined;
  readonly payload: Uint8Array | undefined;
}

const NO_BYTES = new Uint8Array(0);
const NO_MESSAGE_ID = -1;

/** How a message travels. Whoever sends it makes this, and a layer below may put another peer and handler into it. */
export class Transmission {
  peer: Peer;
  readonly confirmable: boolean;
  handler: TransmissionHandler | undefined;
  /** The encoded message; over a connection the channel has it, and nothing is sent again. */
  bytes: Uint8Array = NO_BYTES;
  /** Below 0 while it waits, or where there are none: it gets one when it is sent for the first time (RFC 7252 §4.4). */
  messageId = NO_MESSAGE_ID;
  attempt = 0;
  timeoutMs = 0;
  firstSentMs = 0;
  deadline: TimerHandle | undefined;

  /** @param handler hears what becomes of it */
  constructor(peer: Peer, confirmable: boolean, handler: TransmissionHandler | undefined) {
    this.peer = peer;
    this.confirmable = confirmable;
    this.handler = handler;
  }
}
