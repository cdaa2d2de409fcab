/** A request that a layer between messaging and the server hands up: Q-Block (RFC 9177 §4), OSCORE (RFC 8613 §8.3). */

import type { TransferTerms } from "../bodies/block/transfer-terms.js";
import { IncomingRequest } from "../messaging/incoming-request.js";
import type { NotifierFactory } from "./notifier.js";

export class TransferredRequest extends IncomingRequest {
  /** How its bodies travel, where not as those of its peer's other requests do (RFC 9177 §4). */
  terms: TransferTerms | undefined;
  /** Sends this registration's notifications, where that layer carries them too (RFC 9177 §4.5, RFC 8613 §4.1.3.5.2). */
  notifier: NotifierFactory | undefined;
}

// Finding a property is cheaper on a device than asking for a class.

/** The terms of a request's own; undefined where those of its peer hold. */
export function termsOf(request: IncomingRequest): TransferTerms | undefined {
  return (request as Partial<TransferredRequest>).terms;
}

/** What makes the notifier of a registration; undefined where its notifications are common responses. */
export function notifierOf(request: IncomingRequest): NotifierFactory | undefined {
  return (request as Partial<TransferredRequest>).notifier;
}
