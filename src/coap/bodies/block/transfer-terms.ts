/**
 * What an endpoint and a peer make of large bodies: over datagrams blocks of at most 1024 bytes; over a reliable
 * transport whole bodies as long as they fit a message of which both have room, and BERT blocks beyond.
 *
 * RFC 7959 §2.2, RFC 8323 §5.3.1, §5.3.2, §6.
 */

import { encodedLength } from "../../codec/message.js";
import type { Options } from "../../codec/options.js";
import type { Limits } from "../../limits.js";
import { BASE_CAPABILITIES, type Capabilities } from "../../messaging/capabilities.js";
import { BERT_SZX, MAX_SZX, szxFor } from "./block.js";

/** What Block1 or Block2, Size1 or Size2 and the payload marker need at most: 3 and 4 bytes of value, 5 around them. */
const BLOCK_OPTIONS_BYTES = 12;
/** A message that is longer as a datagram may be longer by 2 bytes as a frame, and only then (RFC 8323 §3.2). */
const SHORT_FRAME_BYTES = 65_808;

export class TransferTerms {
  /** Largest message to send, as {@link encodedLength} counts its bytes. */
  readonly messageBytes: number;
  /** A body that fits one message goes without blocks, whatever its length. */
  readonly whole: boolean;
  /** The peer takes bodies in blocks. */
  readonly blocks: boolean;
  /** Size exponent of the largest blocks to send and to ask for. */
  readonly maxSzx: number;
  /** The largest size exponent that is not reserved. */
  readonly understoodSzx: number;
  readonly #limits: Limits;
  readonly #capabilities: Capabilities | undefined;

  /**
   * @param capabilities of the peer, undefined where it is reached by datagrams
   * @param wantedSzx of the blocks that were asked for: none is larger, and no body goes without
   * @throws {RangeError} for `limits.blockBytes` below 16
   */
  constructor(limits: Limits, capabilities: Capabilities | undefined, wantedSzx?: number) {
    const szx = szxFor(limits.blockBytes);
    if (szx === undefined)
      throw new RangeError(`expected blockBytes of at least 16, got ${limits.blockBytes}`);
    const largestSzx = szx === MAX_SZX && takesBert(limits, capabilities) ? BERT_SZX : szx;
    this.#limits = limits;
    this.#capabilities = capabilities;
    this.messageBytes = messageBytes(limits, capabilities);
    this.whole = capabilities !== undefined && wantedSzx === undefined;
    // Who asks for blocks takes them.
    this.blocks = capabilities?.blockwise !== false || wantedSzx !== undefined;
    this.maxSzx = Math.min(largestSzx, wantedSzx ?? largestSzx);
    this.understoodSzx = understoodSzx(capabilities);
  }

  /** The same for a body that was asked for in blocks of at most this size exponent. */
  forBlocks(szx: number | undefined): TransferTerms {
    return szx === undefined ? this : new TransferTerms(this.#limits, this.#capabilities, szx);
  }

  /** Bytes of payload that a message of these has room for beside the options of blocks; 0 over datagrams. */
  roomBytes(tokenLength: number, options: Options): number {
    if (!this.#capabilities) return 0;
    return Math.max(0, this.messageBytes - encodedLength(tokenLength, options, 0) - BLOCK_OPTIONS_BYTES);
  }
}

/** The largest size exponent that a peer with these capabilities may use: the one above is reserved for datagrams. */
export function understoodSzx(capabilities: Capabilities | undefined): number {
  return capabilities ? BERT_SZX : MAX_SZX;
}

/** Whether both sides have said, or would say, that they take BERT blocks (RFC 8323 §5.3.2). */
function takesBert({ maxMessageBytes }: Limits, capabilities: Capabilities | undefined): boolean {
  const base = BASE_CAPABILITIES.maxMessageBytes;
  return capabilities?.blockwise === true && capabilities.maxMessageBytes > base && maxMessageBytes > base;
}

function messageBytes({ maxMessageBytes }: Limits, capabilities: Capabilities | undefined): number {
  if (!capabilities) return maxMessageBytes;
  const bytes = Math.min(maxMessageBytes, capabilities.maxMessageBytes);
  return bytes <= SHORT_FRAME_BYTES ? bytes : Math.max(SHORT_FRAME_BYTES, bytes - 2);
}
