/** Whose a protected request is. RFC 8613 §8.2. */

import { BAD_OPTION, BAD_REQUEST, UNAUTHORIZED } from "../../../coap/codec/code.js";
import type { Message } from "../../../coap/codec/message.js";
import { OSCORE } from "../../../coap/codec/option-number.js";
import type { NamedContext } from "../contexts/named-context.js";
import { idContextsOf, type RenewalOffer } from "../contexts/renewal.js";
import type { SecurityContexts } from "../contexts/security-contexts.js";
import { OscoreFormatError } from "../errors.js";
import { decodeOscoreOption, type OscoreHeader } from "../option.js";

/** A request that its context's peer protected, with a Partial IV that has not come before. */
export class VerifiedRequest {
  declare readonly context: NamedContext;
  declare readonly partialIv: number;
  declare readonly plaintext: Uint8Array;
  /** It is request #1 of Appendix B.2: the answer offers new keys, and nothing is done. */
  declare readonly offer: RenewalOffer | undefined;

  constructor(context: NamedContext, partialIv: number, plaintext: Uint8Array, offer?: RenewalOffer) {
    this.context = context;
    this.partialIv = partialIv;
    this.plaintext = plaintext;
    this.offer = offer;
  }
}

/** What is said of one that is not; it is said without protection. */
export interface Refusal {
  readonly code: number;
  readonly diagnostic: string;
}

const UNDECODABLE: Refusal = Object.freeze({ code: BAD_OPTION, diagnostic: "Failed to decode COSE" });
export const UNKNOWN: Refusal = Object.freeze({
  code: UNAUTHORIZED,
  diagnostic: "Security context not found",
});
const REPLAYED: Refusal = Object.freeze({ code: UNAUTHORIZED, diagnostic: "Replay detected" });
const FORGED: Refusal = Object.freeze({ code: BAD_REQUEST, diagnostic: "Decryption failed" });

/** Steps 2 to 6; the replay window is not changed yet. */
export function verifyRequest(
  contexts: SecurityContexts,
  message: Message,
  ciphertext: Uint8Array,
): VerifiedRequest | Refusal {
  const header = headerOf(message);
  if (header?.kid === undefined || header.partialIv === undefined) return UNDECODABLE;
  const { kid, kidContext, partialIv } = header;
  const candidates = contexts.find(kid, kidContext);
  const { length } = candidates;
  if (length === 0)
    return (kidContext && verifyRenewal(contexts, kid, kidContext, partialIv, ciphertext)) ?? UNKNOWN;
  let refusal = FORGED;
  // §3.3: several may have the same Recipient ID. Where none of them takes it, a replay is called one: step 3 is before 6.
  for (let index = 0; index < length; index += 1) {
    const context = candidates[index]!;
    if (context.security.isUsedUp) {
      // §7.2.1: nothing could be answered, so nothing is done. Whoever asks needs a new context, and hears so.
      refusal = UNKNOWN;
      continue;
    }
    if (!context.admits(partialIv)) {
      refusal = REPLAYED;
      continue;
    }
    const plaintext = context.security.openRequest(partialIv, ciphertext);
    if (plaintext) return new VerifiedRequest(context, partialIv, plaintext);
  }
  return refusal;
}

/** Steps 2 and 4 of Appendix B.2: a request whose context is derived from what it says. */
function verifyRenewal(
  contexts: SecurityContexts,
  kid: Uint8Array,
  kidContext: Uint8Array,
  partialIv: number,
  ciphertext: Uint8Array,
): VerifiedRequest | undefined {
  for (const idContext of idContextsOf(kidContext))
    for (const context of contexts.findRenewed(kid)) {
      const renewal = context.renewal!;
      const security = renewal.named(idContext);
      const plaintext = security?.openRequest(partialIv, ciphertext);
      if (!security || !plaintext) {
        security?.close();
        continue;
      }
      if (!renewal.isOffered(security)) {
        const offer = renewal.offer(security);
        security.close();
        return new VerifiedRequest(context, partialIv, plaintext, offer);
      }
      contexts.renew(context, security);
      return new VerifiedRequest(context, partialIv, plaintext);
    }
  return undefined;
}

/** What the request's only OSCORE option says; undefined where that cannot be said. */
function headerOf({ bytes, options }: Message): OscoreHeader | undefined {
  try {
    const start = options.onlyStart(OSCORE);
    if (start >= 0) return decodeOscoreOption(bytes, start, options.end);
    const values = options.all(OSCORE);
    return values.length === 1 ? decodeOscoreOption(values[0]!) : undefined;
  } catch (error) {
    if (!(error instanceof OscoreFormatError)) throw error;
    return undefined;
  }
}
