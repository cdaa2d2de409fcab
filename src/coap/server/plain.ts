/**
 * Most requests: a GET with no option but its path and query, and an answer in one message. What other options ask for
 * need not be looked at for them. RFC 7252 §5.8.1, §5.10.
 */

import { CONTENT, GET, VALID, isResponseCode } from "../codec/code.js";
import { HEADER_BYTES } from "../codec/message.js";
import { CONTENT_FORMAT, MAX_AGE } from "../codec/option-number.js";
import { Options } from "../codec/options.js";
import { blockBytes } from "../bodies/block/block.js";
import type { TransferTerms } from "../bodies/block/transfer-terms.js";
import type { AmplificationPolicy } from "../messaging/amplification.js";
import type { IncomingRequest } from "../messaging/incoming-request.js";
import type { TransferredRequest } from "../requesting/transferred-request.js";
import { DEFAULT_MAX_AGE } from "./answer.js";
import { requireProtection } from "./refusals.js";
import { MessageRequest } from "./request.js";
import type { Response } from "./response.js";
import type { Found } from "./site.js";

const NO_BYTES = new Uint8Array(0);

/** Around token and payload: header, extended length of the token, both options at their longest, payload marker. */
const OVERHEAD_BYTES = HEADER_BYTES + 2 + 3 + 6 + 1;

/** Whether it asks for nothing but a representation, and comes by datagram. */
export function isPlain({ message, peer, multicast, terms }: TransferredRequest): boolean {
  return (
    message.code === GET &&
    message.options.isPlain &&
    !multicast &&
    terms === undefined &&
    peer.capabilities === undefined
  );
}

/** Whether a handler has answered at once. Finding a property is cheaper on a device than asking for a class. */
export function isReady(response: Response | Promise<Response>): response is Response {
  return (response as Partial<Response> | undefined)?.code !== undefined || !(response instanceof Promise);
}

export class PlainAnswers {
  readonly #amplification: AmplificationPolicy;
  /** Token and payload together, so that the answer needs no blocks and fits a message. */
  readonly #roomBytes: number;
  /** Those of the last answer: those of the next are mostly the same. Nobody changes them. */
  #options = new Options();
  #contentFormat: number | undefined;
  #maxAge: number | undefined;

  /** @param terms those of datagrams */
  constructor(amplification: AmplificationPolicy, { messageBytes, maxSzx }: TransferTerms) {
    this.#amplification = amplification;
    this.#roomBytes = Math.min(messageBytes - OVERHEAD_BYTES, blockBytes(maxSzx));
  }

  /**
   * Calls the resource's handler for GET, and answers where what it gives, now, goes in one message without further options.
   * @throws {RequestError} where the resource is not for who asks
   * @throws {unknown} what the handler throws; {RangeError} for a Content-Format or Max-Age that no option can have
   */
  respond(incoming: IncomingRequest, { resource, depth }: Found): Response | Promise<Response> {
    const { message, peer } = incoming;
    const { get, protectedBy, maxAge: usualMaxAge } = resource.definition;
    if (protectedBy) requireProtection(peer, protectedBy);
    const response = get!(new MessageRequest(message, depth, NO_BYTES, undefined, peer));
    if (!isReady(response) || this.#amplification.allowance(peer) !== Infinity) return response;
    if (response.etag || response.options || response.locationPath || response.locationQuery) return response;
    const { code, payload, contentFormat, maxAge } = response;
    if (!isResponseCode(code)) return response;
    const bytes = message.tokenLength + (payload ? payload.length : 0) + peer.overheadBytes;
    if (bytes > this.#roomBytes) return response;
    const lifetime = maxAge ?? (code === CONTENT || code === VALID ? usualMaxAge : undefined);
    incoming.respond(code, this.#optionsOf(contentFormat, lifetime), payload);
    return response;
  }

  #optionsOf(contentFormat: number | undefined, maxAge: number | undefined): Options {
    if (contentFormat === this.#contentFormat && maxAge === this.#maxAge) return this.#options;
    const options = new Options();
    if (contentFormat !== undefined) options.addUint(CONTENT_FORMAT, contentFormat);
    if (maxAge !== undefined && maxAge !== DEFAULT_MAX_AGE) options.addUint(MAX_AGE, maxAge);
    this.#options = options;
    this.#contentFormat = contentFormat;
    this.#maxAge = maxAge;
    return options;
  }
}
