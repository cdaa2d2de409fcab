/**
 * Peers that show that they are at their addresses, by returning a value that was sent there: before a handshake is
 * begun with them, and without anything kept. RFC 9528 appendix A.2; RFC 9175 §2.4 and appendix A, item 3.
 */

import { encodeUtf8 } from "../../../bytes/utf8.js";
import { UNAUTHORIZED } from "../../../coap/codec/code.js";
import { ECHO } from "../../../coap/codec/option-number.js";
import { Options } from "../../../coap/codec/options.js";
import type { Remote, Request } from "../../../coap/server/request.js";
import { RequestError } from "../../../coap/server/request-error.js";
import type { CryptoPlatform } from "../../../ports/platform.js";

/** For how long a value is good at least; at most it is for twice that. */
export const REACHABILITY_MS = 60_000;

const KEY_BYTES = 16;
const VALUE_BYTES = 8;

/** Makes and checks such values. */
export class Reachability {
  readonly #platform: CryptoPlatform;
  readonly #key = new Uint8Array(KEY_BYTES);

  constructor(platform: CryptoPlatform) {
    this.#platform = platform;
    platform.random.fill(this.#key);
  }

  /** @throws {RequestError} 4.01 with the value that the peer has to return */
  require({ options, remote }: Pick<Request, "options" | "remote">): void {
    const period = Math.floor(this.#platform.clock.monotonicMs() / REACHABILITY_MS);
    const value = this.#value(remote, period);
    const echo = options.first(ECHO);
    const { crypto } = this.#platform;
    if (echo && (crypto.equal(echo, value) || crypto.equal(echo, this.#value(remote, period - 1)))) return;
    throw new RequestError(UNAUTHORIZED, "repeat it with the Echo value", {
      options: new Options().add(ECHO, value),
    });
  }

  #value({ address, port }: Remote, period: number): Uint8Array {
    const peer = encodeUtf8(`${address} ${port} ${period}`);
    const digest = this.#platform.crypto.hmac("SHA-256", this.#key, peer);
    const value = digest.slice(0, VALUE_BYTES);
    digest.fill(0);
    return value;
  }
}
