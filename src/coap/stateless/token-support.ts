/** Finds out whether a server takes long tokens. RFC 8974 §2.2. */

import type { Clock } from "../../ports/clock.js";
import { BAD_REQUEST, GET, SERVICE_UNAVAILABLE } from "../codec/code.js";
import type { Message } from "../codec/message.js";
import { IF_NONE_MATCH } from "../codec/option-number.js";
import { Options } from "../codec/options.js";
import { CoapError, ResetError } from "../errors.js";
import { BASE_CAPABILITIES } from "../messaging/capabilities.js";
import type { Peer } from "../messaging/peer.js";
import type { RandomSource } from "../messaging/random-source.js";
import type { RequestLayer } from "../requesting/request-layer.js";

/** A server does not take tokens of this length, or has not said that it does. */
export class TokenLengthError extends CoapError {
  override name = "TokenLengthError";
}

/** Least time for which an address counts as that of the same server (RFC 8974 §2.2.2). */
const EXPERIENCE_LIFETIME_MS = 1_800_000;
/** Of a token that is tried, so many bytes are random: all that the source gives at once. */
const MAX_RANDOM_BYTES = 64;

export class TokenSupport {
  readonly #requests: RequestLayer;
  readonly #clock: Clock;
  readonly #random: RandomSource;
  /** Under way, so that each peer is asked once. */
  readonly #trials = new Map<string, Promise<void>>();

  constructor(requests: RequestLayer, clock: Clock, random: RandomSource) {
    this.#requests = requests;
    this.#clock = clock;
    this.#random = random;
  }

  /**
   * Resolves where the peer takes tokens of this length: over a connection it has said so, otherwise it is tried.
   * @throws {TokenLengthError} where it does not @throws {CoapError} where that remains unknown
   */
  async require(peer: Peer, tokenBytes: number): Promise<void> {
    // On a stack of its own, as every request.
    await Promise.resolve();
    if (tokenBytes <= BASE_CAPABILITIES.maxTokenBytes) return;
    await this.#requests.negotiated(peer);
    const { capabilities, tokenExperience: known } = peer;
    if (capabilities) {
      if (tokenBytes > capabilities.maxTokenBytes) throw tooLong(peer, tokenBytes);
      return;
    }
    if (known && this.#clock.monotonicMs() < known.untilMs) {
      if (known.taken && tokenBytes <= known.tokenBytes) return;
      if (!known.taken && tokenBytes >= known.tokenBytes) throw tooLong(peer, tokenBytes);
    }
    await this.#tryOnce(peer, tokenBytes);
  }

  #tryOnce(peer: Peer, tokenBytes: number): Promise<void> {
    const key = `${peer.id} ${tokenBytes}`;
    const underWay = this.#trials.get(key);
    if (underWay) return underWay;
    const trial = this.#try(peer, tokenBytes).finally(() => this.#trials.delete(key));
    this.#trials.set(key, trial);
    return trial;
  }

  async #try(peer: Peer, tokenBytes: number): Promise<void> {
    const code = await this.#probe(peer, tokenBytes);
    // "Not now" is nothing to keep in mind.
    if (code === SERVICE_UNAVAILABLE) throw tooLong(peer, tokenBytes);
    const taken = code !== undefined && code !== BAD_REQUEST;
    peer.tokenExperience = {
      // A Reset says that none beyond 8 bytes is taken, 4.00 that this one is too long.
      tokenBytes: code === undefined ? BASE_CAPABILITIES.maxTokenBytes + 1 : tokenBytes,
      taken,
      untilMs: this.#clock.monotonicMs() + EXPERIENCE_LIFETIME_MS,
    };
    if (!taken) throw tooLong(peer, tokenBytes);
  }

  /**
   * The example of RFC 8974 §2.2.2, in which nothing else can be wrong: a Confirmable GET with If-None-Match alone. Its
   * state is kept (§3.2). @returns the code of the response, undefined for a Reset
   */
  #probe(peer: Peer, tokenBytes: number): Promise<number | undefined> {
    const token = new Uint8Array(tokenBytes);
    token.set(this.#random.bytes(Math.min(tokenBytes, MAX_RANDOM_BYTES)));
    const options = new Options().addEmpty(IF_NONE_MATCH);
    return new Promise((resolve, reject) => {
      this.#requests.send(
        peer,
        { code: GET, options, payload: undefined, confirmable: true, token },
        {
          response: ({ code }: Message) => resolve(code),
          failed: (error) => {
            if (error instanceof ResetError) resolve(undefined);
            else reject(error);
          },
        },
      );
    });
  }
}

function tooLong({ address, port }: Peer, tokenBytes: number): TokenLengthError {
  return new TokenLengthError(`${address} port ${port} takes no tokens of ${tokenBytes} bytes`);
}
