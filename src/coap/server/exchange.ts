/** One request on its way through the server. */

import { BAD_REQUEST, FETCH, GET } from "../codec/code.js";
import { BLOCK1, BLOCK2, OBSERVE } from "../codec/option-number.js";
import { uintOption } from "../codec/uint-option.js";
import { decodeBlock, encodeBlock, type Block } from "../bodies/block/block.js";
import type { TransferTerms } from "../bodies/block/transfer-terms.js";
import type { TransferredRequest } from "../requesting/transferred-request.js";
import { RequestError } from "./request-error.js";
import type { Found } from "./site.js";

export class Exchange {
  readonly incoming: TransferredRequest;
  /** How bodies travel to the peer and from it. */
  readonly terms: TransferTerms;
  /** The resource that the request is for, once it is found. */
  found: Found | undefined;
  /** {@link Resource.changes} when the handler was called. */
  changes = 0;
  block1: Block | undefined;
  block2: Block | undefined;
  /** The response was rendered for an earlier block of the same body. */
  isKept = false;
  /** Size exponent to propose for the blocks to come (RFC 7959 §2.3). */
  block1Szx = 0;
  /** The response speaks of a block that was not the last (RFC 7959 §2.3). */
  continues = false;

  constructor(incoming: TransferredRequest, terms: TransferTerms) {
    this.incoming = incoming;
    this.terms = terms;
  }

  /** Reads the block options. @throws {RequestError} for the reserved size exponent (RFC 7959 §2.2) */
  readBlocks(): void {
    this.block1 = this.#block(BLOCK1);
    this.block1Szx = this.block1?.szx ?? 0;
    this.block2 = this.#block(BLOCK2);
  }

  /** Value of the Block1 option of the response. */
  get block1Value(): number | undefined {
    if (!this.block1) return undefined;
    return encodeBlock(this.block1.number, this.continues, this.block1Szx);
  }

  /** Value of the request's Observe option where it has a meaning (RFC 7641 §2, RFC 8132 §2.4). */
  get observe(): number | undefined {
    const { message, multicast } = this.incoming;
    if (multicast || (message.code !== GET && message.code !== FETCH)) return undefined;
    if (this.block2 && this.block2.number > 0) return undefined;
    return uintOption(message.options, OBSERVE);
  }

  #block(number: number): Block | undefined {
    const value = this.incoming.message.options.uint(number);
    if (value === undefined) return undefined;
    const block = decodeBlock(value, this.terms.understoodSzx);
    if (!block)
      throw new RequestError(
        BAD_REQUEST,
        `expected a block size exponent up to 6 in option ${number}, got 7`,
      );
    return block;
  }
}
