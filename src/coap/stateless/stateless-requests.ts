/**
 * Requests whose state is in their tokens, and nowhere else: a client holds the same few bytes however many of them are
 * on their way. RFC 8974 §3.
 */

import type { Client } from "../client/client.js";
import type { RequestOptions } from "../request-options.js";
import { buildRequestOptions, requireMethodRules } from "../client/message-options.js";
import { ClientResponse } from "../client-response.js";
import { GET } from "../codec/code.js";
import type { Message } from "../codec/message.js";
import { OBSERVE } from "../codec/option-number.js";
import { parseUri } from "../codec/uri.js";
import { ResetError } from "../errors.js";
import type { Peer } from "../messaging/peer.js";
import { Transmission, type TransmissionHandler } from "../messaging/transmission.js";
import { unrecognizedCriticalOption } from "../requesting/critical-options.js";
import type { RequestMessage, TokenReader } from "../requesting/request-layer.js";
import { StateTokens, type StateProtector } from "./state-tokens.js";
import { TokenSupport } from "./token-support.js";

/** MAX_TRANSMIT_WAIT (RFC 7252 §4.8.2): what is not answered by then has failed (RFC 8974 §5.2). */
const DEFAULT_LIFETIME_S = 93;
/** RFC 8974 §5.2: enough for a request every three seconds. */
const DEFAULT_OUTSTANDING = 32;

export interface StatelessOptions {
  /** Protects the state on its way. */
  readonly protector: StateProtector;
  /** Longest state, in bytes: servers are asked for tokens with room for it. */
  readonly maxStateBytes: number;
  /** Gets the state back with the response, of whatever code; each once. What it throws is a fault of the endpoint. */
  readonly onResponse: (state: Uint8Array, response: ClientResponse) => void;
  /** For how long a response is taken, in seconds; 93 otherwise. */
  readonly lifetimeS?: number;
  /** To how many of the last requests responses are taken; 32 otherwise. */
  readonly outstanding?: number;
}

/** A body goes in one message; of one that comes in blocks only the first is asked for. */
export interface StatelessRequest extends Pick<
  RequestOptions,
  "accept" | "address" | "contentFormat" | "etags" | "ifMatch" | "ifNoneMatch" | "noResponse" | "options"
> {
  /** Method code; GET otherwise. */
  readonly method?: number;
  readonly payload?: Uint8Array;
  /** True sends it until it is acknowledged, and keeps it so long (RFC 8974 §3.3). */
  readonly confirmable?: boolean;
}

/** Of a server that is forgotten meanwhile, as others took its place (`limits.peers`), no response is heard. */
export class StatelessRequests implements TokenReader {
  readonly #client: Client;
  readonly #options: StatelessOptions;
  readonly #tokens: StateTokens;
  readonly #support: TokenSupport;

  /** @throws {RangeError} for a protector that adds less than {@link MIN_SEAL_BYTES} */
  constructor(client: Client, options: StatelessOptions) {
    const { protector, lifetimeS = DEFAULT_LIFETIME_S, outstanding = DEFAULT_OUTSTANDING } = options;
    const { endpoint, requests } = client.parts;
    const { clock, random } = endpoint;
    this.#client = client;
    this.#options = options;
    this.#tokens = new StateTokens({ clock, protector, lifetimeS, outstanding });
    this.#support = new TokenSupport(requests, clock, random);
    requests.readers.add(this);
  }

  /**
   * Sends a request, once it is known that the server takes such tokens. Resolves when it was sent, a Confirmable one
   * when it was acknowledged. Until then it is held: PROBING_RATE lets it wait where the server does not answer (RFC 7252
   * §4.7).
   * @throws {UriError} @throws {RangeError} for a longer state than was said, and with Observe, which needs state
   * @throws {TokenLengthError} where the server does not take the token @throws {CoapError} otherwise
   */
  async send(uri: string, state: Uint8Array, request: StatelessRequest = {}): Promise<void> {
    // A device's stack has 512 slots: the caller's frames and ours would not fit it together.
    await Promise.resolve();
    const { maxStateBytes } = this.#options;
    if (state.length > maxStateBytes)
      throw new RangeError(`expected a state of at most ${maxStateBytes} bytes, got ${state.length}`);
    const { method: code = GET, payload, confirmable = false } = request;
    const parsed = parseUri(uri);
    const options = buildRequestOptions(parsed, request);
    requireMethodRules(code, request, options);
    if (options.has(OBSERVE)) throw new RangeError("expected no Observe in a request without state");
    const peer = this.#client.peer(parsed, request.address);
    // What is known of the peer must not be forgotten before its token is sent.
    peer.references += 1;
    try {
      await this.#support.require(peer, this.#tokens.tokenBytes(maxStateBytes));
      const token = this.#tokens.make(state, peer);
      await this.#transmit(peer, { code, options, payload, confirmable, token });
    } finally {
      peer.references -= 1;
    }
  }

  /** Takes no more responses. */
  close(): void {
    this.#client.parts.requests.readers.delete(this);
  }

  /** @internal */
  response(message: Message, peer: Peer): boolean {
    // RFC 7252 §5.4.1
    if (unrecognizedCriticalOption(message, "response") !== undefined) return false;
    const state = this.#tokens.take(message.token, peer);
    if (!state) return false;
    const response = new ClientResponse(message, message.payload, peer, undefined);
    // Apart from the delivery: a device's stack is short.
    this.#client.parts.endpoint.deadlines.soon(() => this.#options.onResponse(state, response));
    return true;
  }

  async #transmit(peer: Peer, request: RequestMessage & { readonly token: Uint8Array }): Promise<void> {
    const { sender } = this.#client.parts.messages;
    const { code, token, options, payload, confirmable } = request;
    // On a stack of its own.
    await Promise.resolve();
    await new Promise<void>((resolve, reject) => {
      const handler: TransmissionHandler = {
        started: () => {
          if (!confirmable) resolve();
        },
        isStateless: true,
        acknowledged: (response) => {
          if (response) this.response(response, peer);
          resolve();
        },
        rejected: () => reject(new ResetError(`${peer.address} port ${peer.port} rejected the request`)),
        failed: reject,
      };
      // Over a connection it is `acknowledged` that says when it was sent.
      const isConfirmable = confirmable || peer.capabilities !== undefined;
      sender.send(new Transmission(peer, isConfirmable, handler), { code, token, options, payload });
    });
  }
}
