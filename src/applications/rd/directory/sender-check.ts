/**
 * Makes sure that a simple registration comes from where it seems to come: otherwise anybody could have the directory
 * publish what he himself cannot reach. RFC 9176 §5.1, §8.2; RFC 9175 §2.4.
 */

import { equalBytes } from "../../../bytes/compare.js";
import { UNAUTHORIZED } from "../../../coap/codec/code.js";
import { ECHO } from "../../../coap/codec/option-number.js";
import { Options } from "../../../coap/codec/options.js";
import type { Request } from "../../../coap/server/request.js";
import { RequestError } from "../../../coap/server/request-error.js";
import type { Platform } from "../../../ports/platform.js";

/** How long a value can be returned, in milliseconds: as long as an exchange may last (EXCHANGE_LIFETIME). */
export const CHALLENGE_LIFETIME_MS = 247_000;
/** 64 bits that nobody can guess (RFC 9175 §5). */
const ECHO_BYTES = 8;

interface Challenge {
  readonly value: Uint8Array;
  readonly untilMs: number;
}

export class SenderCheck {
  readonly #platform: Pick<Platform, "clock" | "random">;
  readonly #limit: number;
  /** By address and port, the oldest first. */
  readonly #challenges = new Map<string, Challenge>();

  /** @param limit of senders that may be asked at once; the oldest is forgotten first, and asked anew */
  constructor(platform: Pick<Platform, "clock" | "random">, limit: number) {
    this.#platform = platform;
    this.#limit = limit;
  }

  /** @throws {RequestError} 4.01 with Echo, unless the request returns the value that its sender was given */
  require({ options, remote }: Pick<Request, "options" | "remote">): void {
    const key = `${remote.address} ${remote.port}`;
    const nowMs = this.#platform.clock.monotonicMs();
    const known = this.#challenges.get(key);
    const asked = known && known.untilMs > nowMs ? known : undefined;
    const echo = options.first(ECHO);
    if (asked && echo && equalBytes(echo, asked.value)) return;
    const { value } = asked ?? this.#ask(key, nowMs);
    throw new RequestError(UNAUTHORIZED, "expected the Echo option", {
      options: new Options().add(ECHO, value),
    });
  }

  #ask(key: string, nowMs: number): Challenge {
    const value = new Uint8Array(ECHO_BYTES);
    this.#platform.random.fill(value);
    const challenge = { value, untilMs: nowMs + CHALLENGE_LIFETIME_MS };
    this.#challenges.delete(key);
    if (this.#challenges.size >= this.#limit) {
      const [oldest] = this.#challenges.keys();
      this.#challenges.delete(oldest!);
    }
    this.#challenges.set(key, challenge);
    return challenge;
  }
}
