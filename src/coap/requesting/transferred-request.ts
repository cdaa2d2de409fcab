/**
 * A request as the server gets it. A layer between messaging and the server says more of those that it hands up:
 * Q-Block (RFC 9177 §4), OSCORE (RFC 8613 §8.3).
 */

import type { TransferTerms } from "../bodies/block/transfer-terms.js";
import type { IncomingRequest } from "../messaging/incoming-request.js";
import type { NotifierFactory } from "./notifier.js";

export interface TransferredRequest extends IncomingRequest {
  /** How its bodies travel, where not as those of its peer's other requests do (RFC 9177 §4). */
  readonly terms?: TransferTerms | undefined;
  /** Sends this registration's notifications, where that layer carries them too (RFC 9177 §4.5, RFC 8613 §4.1.3.5.2). */
  readonly notifier?: NotifierFactory | undefined;
}
