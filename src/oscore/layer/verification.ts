/** Whose a protected request is. RFC 8613 §8.2. */

import { BAD_OPTION, BAD_REQUEST, UNAUTHORIZED } from "../../coap/codec/code.js";
import type { Message } from "../../coap/codec/message.js";
import { OSCORE } from "../../coap/codec/option-number.js";
import type { NamedContext } from "../contexts/named-context.js";
import type { SecurityContexts } from "../contexts/security-contexts.js";
import { OscoreFormatError } from "../errors.js";
import { decodeOscoreOption, type OscoreHeader } from "../option.js";

/** A request that its context's peer protected, with a Partial IV that has not come before. */
export class VerifiedRequest {
  readonly context: NamedContext;
  readonly partialIv: number;
  readonly plaintext: Uint8Array;

  constructor(context: NamedContext, partialIv: number, plaintext: Uint8Array) {
    this.context = context;
    this.partialIv = partialIv;
    this.plaintext = plaintext;
  }
}

/** What is said of one that is not; it is said without protection. */
export interface Refusal {
  readonly code: number;
  readonly diagnostic: string;
}

const UNDECODABLE: Refusal = Object.freeze({ code: BAD_OPTION, diagnostic: "Failed to decode COSE" });
const UNKNOWN: Refusal = Object.freeze({ code: UNAUTHORIZED, diagnostic: "Security context not found" });
const REPLAYED: Refusal = Object.freeze({ code: UNAUTHORIZED, diagnostic: "Replay detected" });
const FORGED: Refusal = Object.freeze({ code: BAD_REQUEST, diagnostic: "Decryption failed" });

/** Steps 2 to 6; the replay window is not changed yet. */
export function verifyRequest(contexts: SecurityContexts, message: Message): VerifiedRequest | Refusal {
  const header = headerOf(message);
  if (header?.kid === undefined || header.partialIv === undefined) return UNDECODABLE;
  const { kid, kidContext, partialIv } = header;
  const candidates = contexts.find(kid, kidContext);
  if (candidates.length === 0) return UNKNOWN;
  let refusal = REPLAYED;
  // §3.3: several may have the same Recipient ID.
  for (const context of candidates) {
    if (!context.admits(partialIv)) continue;
    refusal = FORGED;
    const plaintext = context.security.openRequest(partialIv, message.payload);
    if (plaintext) return new VerifiedRequest(context, partialIv, plaintext);
  }
  return refusal;
}

/** What the request's only OSCORE option says; undefined where that cannot be said. */
function headerOf({ options }: Message): OscoreHeader | undefined {
  const values = options.all(OSCORE);
  try {
    return values.length === 1 ? decodeOscoreOption(values[0]!) : undefined;
  } catch (error) {
    if (!(error instanceof OscoreFormatError)) throw error;
    return undefined;
  }
}
