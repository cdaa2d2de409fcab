/** A message of ours under way. RFC 7252 §4.2. */

import type { TimerHandle } from "../../ports/timers.js";
import type { Message } from "../codec/message.js";
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

export class Transmission {
  readonly peer: Peer;
  readonly confirmable: boolean;
  readonly handler: TransmissionHandler | undefined;
  bytes: Uint8Array;
  /** Below 0 while it waits, or where there are none: it gets one when it is sent for the first time (RFC 7252 §4.4). */
  messageId: number;
  attempt = 0;
  timeoutMs = 0;
  firstSentMs = 0;
  deadline: TimerHandle | undefined;

  constructor(
    peer: Peer,
    confirmable: boolean,
    messageId: number,
    bytes: Uint8Array,
    handler: TransmissionHandler | undefined,
  ) {
    this.peer = peer;
    this.confirmable = confirmable;
    this.messageId = messageId;
    this.bytes = bytes;
    this.handler = handler;
  }
}
