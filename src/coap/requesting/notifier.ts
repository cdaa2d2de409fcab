/**
 * Notifications whose bodies travel by other rules than those of RFC 7959: `qBlock()` sends them (RFC 9177 §4.5). An
 * image without it does not carry that code.
 */

import type { TransferTerms } from "../bodies/block/transfer-terms.js";
import type { Message } from "../codec/message.js";
import type { Options } from "../codec/options.js";

/** A response as its message carries it: the whole body, or the block of it that fits. */
export interface Answer {
  readonly code: number;
  readonly options: Options;
  readonly payload: Uint8Array | undefined;
  /** The payload is one block of a larger body. */
  readonly partial: boolean;
  /** The payload is the body's last block. */
  readonly last: boolean;
  readonly length: number;
}

/** Who hears what became of a notification. */
export interface NotificationListener {
  /** All of a Confirmable one arrived. */
  acknowledged(): void;
  rejected(): void;
  /** Some of a Confirmable one was never acknowledged, or it cannot be sent at all. */
  failed(): void;
  /** Nothing more of it is to be sent for now. @param messageId of a Non-confirmable one that went in one message */
  sent(messageId?: number): void;
  /** The newest state to send in place of one that was not acknowledged (RFC 7641 §4.5.2). */
  supersede(messageId: number): Uint8Array | undefined;
}

/** Sends the notifications of one observation, one after the other. */
export interface Notifier {
  /** By which its notifications are rendered, with whole bodies. */
  readonly terms: TransferTerms;
  /** How notifications travel where the resource does not say it. */
  readonly notifications: "CON" | "NON";
  /** One is under way. */
  readonly busy: boolean;
  /** A Non-confirmable body may go now (RFC 7252 §4.7). */
  readonly mayProbe: boolean;
  /** Begins to send one, when none is under way: not from the caller's stack. */
  send(answer: Answer, confirmable: boolean): void;
  /** @returns the Confirmable message with which another one begins, in place of a part of that under way */
  supersede(answer: Answer, messageId: number): Uint8Array;
  /** Sends the last one, after {@link close}: nobody hears what becomes of it. Absent: as any Confirmable message. */
  sendLast?(answer: Answer): void;
  /** Sends nothing more; the listener hears nothing more. */
  close(): void;
}

/** @param request what registered, with its whole body */
export type NotifierFactory = (request: Message, listener: NotificationListener) => Notifier;
