/**
 * The state of requests, in their tokens. RFC 8974 §3.1, §5.2.
 *
 *   | sequence number, 4 bytes | seal of: seconds of the monotonic clock, 4 bytes | state ... |
 *
 * The sequence number is in the clear, as it is the nonce; the seal covers it, the peer and the version of this format.
 */

import { concatBytes } from "../../bytes/concat.js";
import { decodeUint } from "../../bytes/uint.js";
import { encodeUtf8 } from "../../bytes/utf8.js";
import type { Clock } from "../../ports/clock.js";
import type { Peer } from "../messaging/peer.js";
import { ReplayWindow } from "./replay-window.js";

/**
 * An authenticated cipher such as AES-CCM, or a code such as HMAC-SHA-256 where nobody minds that the state can be read.
 * Its key is random, known to nobody else, and made anew for each protector: sequence numbers begin at 0 with it.
 */
export interface StateProtector {
  /** By how much `seal` makes a state longer, in bytes; at least {@link MIN_SEAL_BYTES}. */
  readonly overheadBytes: number;
  /**
   * Protects a state.
   * @param sequence never the same twice, from 0 to 2^32 - 1: good for a nonce
   * @param context what else the seal covers
   */
  seal(state: Uint8Array, sequence: number, context: Uint8Array): Uint8Array;
  /** What was sealed with this number and this context; undefined where that is not what `seal` made. */
  open(sealed: Uint8Array, sequence: number, context: Uint8Array): Uint8Array | undefined;
}

/** RFC 8974 §5.2: 64 bits against forgery. */
export const MIN_SEAL_BYTES = 8;

const SEQUENCE_BYTES = 4;
const TIME_BYTES = 4;
/** Another layout gets another name, so that the one is not taken for the other (RFC 8974 §3.1). */
const FORMAT = "token state 1";

export interface StateTokensOptions {
  readonly clock: Clock;
  readonly protector: StateProtector;
  /** How long a token is good for, in seconds. */
  readonly lifetimeS: number;
  /** How many of the newest tokens are good. */
  readonly outstanding: number;
}

export class StateTokens {
  readonly #options: StateTokensOptions;
  readonly #window: ReplayWindow;

  /** @throws {RangeError} for a protector that adds less than {@link MIN_SEAL_BYTES} */
  constructor(options: StateTokensOptions) {
    const { overheadBytes } = options.protector;
    if (!(overheadBytes >= MIN_SEAL_BYTES))
      throw new RangeError(
        `expected a protector with at least ${MIN_SEAL_BYTES} bytes, got ${overheadBytes}`,
      );
    this.#options = options;
    this.#window = new ReplayWindow(options.outstanding);
  }

  /** Length of the token for a state of `stateBytes`. */
  tokenBytes(stateBytes: number): number {
    return SEQUENCE_BYTES + TIME_BYTES + stateBytes + this.#options.protector.overheadBytes;
  }

  /** A token for a request to `peer`. @throws {LimitError} after 2^32 of them */
  make(state: Uint8Array, peer: Peer): Uint8Array {
    const sequence = this.#window.take();
    const plain = concatBytes([uint32(this.#nowS()), state]);
    return concatBytes([uint32(sequence), this.#options.protector.seal(plain, sequence, context(peer))]);
  }

  /** The state in a token that `peer` returned, once; undefined where it is forged, replayed or too old. */
  take(token: Uint8Array, peer: Peer): Uint8Array | undefined {
    const { protector, lifetimeS } = this.#options;
    if (token.length < this.tokenBytes(0)) return undefined;
    const sequence = decodeUint(token, 0, SEQUENCE_BYTES);
    if (!this.#window.awaits(sequence)) return undefined;
    const plain = protector.open(token.subarray(SEQUENCE_BYTES), sequence, context(peer));
    if (!plain || this.#nowS() - decodeUint(plain, 0, TIME_BYTES) > lifetimeS) return undefined;
    this.#window.close(sequence);
    return plain.subarray(TIME_BYTES);
  }

  #nowS(): number {
    return Math.floor(this.#options.clock.monotonicMs() / 1000);
  }
}

/** What a seal covers besides the state: RFC 7252 §5.3.2, the response comes from whom the request went to. */
function context({ address, port }: Peer): Uint8Array {
  return encodeUtf8(`${FORMAT} ${address} ${port}`);
}

function uint32(value: number): Uint8Array {
  return Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value);
}
