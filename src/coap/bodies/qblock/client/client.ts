/** Bodies in Q-Block options on the client's side: who takes them, and which transfer a response is for. RFC 9177 §4.1, §6. */

import { concatBytes } from "../../../../bytes/concat.js";
import { decodeUint, encodeUint } from "../../../../bytes/uint.js";
import type { AbortSignalLike, RequestOptions } from "../../../request-options.js";
import { cancelled, whenGivenUp } from "../../../client/giving-up.js";
import { requireMethodRules, requireSzx } from "../../../client/message-options.js";
import { requireSuccess } from "../../../client/require-success.js";
import { GET, isFinalSuccess } from "../../../codec/code.js";
import { encodedLength, type Message } from "../../../codec/message.js";
import { OBSERVE_REGISTER } from "../../../codec/observe.js";
import {
  BLOCK2,
  NO_RESPONSE,
  OBSERVE,
  Q_BLOCK1,
  Q_BLOCK2,
  REQUEST_TAG,
  SIZE1,
} from "../../../codec/option-number.js";
import { Options } from "../../../codec/options.js";
import { MAX_BLOCK_NUMBER, MIN_SZX, blockBytes, encodeBlock } from "../../block/block.js";
import { CancelledError, LimitError, type CoapError } from "../../../errors.js";
import type { Limits } from "../../../limits.js";
import type { EndpointContext } from "../../../messaging/endpoint-context.js";
import type { MessageSender } from "../../../messaging/messaging.js";
import type { Peer } from "../../../messaging/peer.js";
import type { BodyResponse, ClientTransfers, ObservingParty } from "../../../requesting/body-transfers.js";
import { QBlockResponse } from "./response.js";
import { ClientTransfer, type BodyRequest, type Settled, type WholeBody } from "./transfer.js";
import { Observed } from "./observed.js";
import { Operation } from "./operation.js";
import type { QBlockParameters } from "../parameters.js";

/** Bytes of a token: those that all of a transfer have in common, and the number of the request (RFC 9177 §6). */
const KEY_BYTES = 4;
const TOKEN_BYTES = 2 * KEY_BYTES;
const NO_BYTES = new Uint8Array(0);
/** What the longest Echo option takes in a message (RFC 9175 §2.2.1). */
const ECHO_OPTION_BYTES = 43;

/** Who observes, and the observation when it has begun. */
interface Observing {
  readonly party: ObservingParty;
  observed: Observed | undefined;
}

export class QBlockClient implements ClientTransfers {
  readonly #endpoint: EndpointContext;
  readonly #parameters: QBlockParameters;
  readonly #sender: () => MessageSender;
  readonly #transfers = new Map<number, ClientTransfer | Observed>();
  /** For peers that do not take bodies so. */
  otherwise: ClientTransfers | undefined;
  /** Incremented for each body (RFC 9177 §4.3). */
  #requestTag: number | undefined;

  constructor(endpoint: EndpointContext, parameters: QBlockParameters, sender: () => MessageSender) {
    this.#endpoint = endpoint;
    this.#parameters = parameters;
    this.#sender = sender;
  }

  async request(
    peer: Peer,
    method: number,
    base: Options,
    options: RequestOptions,
    timeoutMs: number | undefined,
  ): Promise<BodyResponse> {
    const { clock, limits } = this.#endpoint;
    const beganMs = clock.monotonicMs();
    const request = bodyRequest(method, base, options, limits);
    const whole = await this.#run(peer, request, options.signal, timeoutMs);
    if (whole) return new QBlockResponse(whole);
    const restMs = timeoutMs && Math.max(0, Math.round(timeoutMs - (clock.monotonicMs() - beganMs)));
    return this.otherwise!.request(peer, method, base, options, restMs);
  }

  async observe(party: ObservingParty): Promise<void> {
    const { peer, base, requestOptions } = party;
    const registration = new Options().addAll(base).setUint(OBSERVE, OBSERVE_REGISTER);
    registration.remove(BLOCK2);
    const request = bodyRequest(GET, registration, requestOptions, this.#endpoint.limits);
    const observing: Observing = { party, observed: undefined };
    const first = await this.#run(peer, request, party.cancellation, undefined, observing);
    if (!first) {
      await this.otherwise!.observe(party);
      return;
    }
    const { message, payload } = first;
    requireSuccess(message, peer);
    const { observed } = observing;
    if (observed) party.began(observed);
    // A newer one may have come while the first was on its way here.
    if (!observed?.hasState) party.state(message, undefined, payload);
  }

  async #run(
    peer: Peer,
    request: BodyRequest,
    signal: AbortSignalLike | undefined,
    timeoutMs: number | undefined,
    observing?: Observing,
  ): Promise<WholeBody | undefined> {
    const { deadlines } = this.#endpoint;
    if (signal?.aborted) throw cancelled();
    const operation = new Operation(peer, request, {
      prepare: (one) => this.#prepare(one),
      begin: (one, isProbe, settled) =>
        this.#begin(peer, one, isProbe ? undefined : observing, isProbe, settled),
    });
    const stopListening = whenGivenUp(deadlines, peer, signal, timeoutMs, (error) => operation.cancel(error));
    try {
      return await operation.run();
    } finally {
      stopListening();
    }
  }

  response(message: Message, peer: Peer): boolean {
    if (message.tokenLength !== TOKEN_BYTES) return false;
    const transfer = this.#transfers.get(decodeUint(message.token, 0, KEY_BYTES));
    if (transfer?.peer !== peer) return false;
    transfer.response(message);
    return true;
  }

  rejected(messageId: number, peer: Peer): boolean {
    for (const transfer of this.#transfers.values())
      if (transfer.peer === peer && transfer.rejected(messageId)) return true;
    return false;
  }

  refused(peer: Peer, error: CoapError): void {
    for (const transfer of [...this.#transfers.values()]) if (transfer.peer === peer) transfer.refused(error);
  }

  close(): void {
    const error = new CancelledError("the endpoint was closed");
    for (const transfer of [...this.#transfers.values()]) transfer.fail(error);
  }

  #begin(
    peer: Peer,
    request: BodyRequest,
    observing: Observing | undefined,
    isProbe: boolean,
    settled: Settled,
  ): ClientTransfer {
    const { limits, random } = this.#endpoint;
    if (this.#transfers.size >= limits.outstandingRequests)
      throw new LimitError(`limit outstandingRequests (${limits.outstandingRequests}) reached`);
    let head = random.bytes(KEY_BYTES);
    while (this.#transfers.has(decodeUint(head))) head = random.bytes(KEY_BYTES);
    const key = decodeUint(head);
    let requests = 0;
    const release = (): void => {
      if (this.#transfers.delete(key)) peer.references -= 1;
    };
    const both = {
      endpoint: this.#endpoint,
      parameters: this.#parameters,
      sender: this.#sender(),
      newToken: () => concatBytes([head, fourBytes(requests++)]),
    };
    const transfer = new ClientTransfer(peer, request, isProbe, {
      ...both,
      end: (response) => {
        if (observing && response && isNotification(response.message)) {
          const { message } = response;
          const { party } = observing;
          // The registration is the first request of its transfer.
          const token = concatBytes([head, fourBytes(0)]);
          observing.observed = new Observed(peer, request, message, { ...both, token, party, release });
          this.#transfers.set(key, observing.observed);
        } else release();
        settled.end(response);
      },
      fail: (error) => {
        release();
        settled.fail(error);
      },
    });
    this.#transfers.set(key, transfer);
    peer.references += 1;
    return transfer;
  }

  /** See {@link OperationParts.prepare}. */
  #prepare(request: BodyRequest): BodyRequest {
    const options = new Options().addAll(request.options);
    if (request.payload.length > 0) {
      this.#requestTag ??= decodeUint(this.#endpoint.random.bytes(KEY_BYTES));
      options.set(REQUEST_TAG, fourBytes(this.#requestTag));
      this.#requestTag = (this.#requestTag + 1) % 2 ** 32;
    }
    const largest = new Options().addAll(options).addUint(SIZE1, request.payload.length);
    for (const option of [Q_BLOCK1, Q_BLOCK2])
      largest.addUint(option, encodeBlock(MAX_BLOCK_NUMBER, true, 0));
    const { maxMessageBytes } = this.#endpoint.limits;
    let { szx } = request;
    const roomBytes = maxMessageBytes - ECHO_OPTION_BYTES;
    while (szx > MIN_SZX && encodedLength(TOKEN_BYTES, largest, blockBytes(szx)) > roomBytes) szx -= 1;
    const blocks = Math.ceil(request.payload.length / blockBytes(szx));
    // Before the first is sent: later ones are sent by timers. A server's 4.13 may have asked for them.
    if (blocks > MAX_BLOCK_NUMBER + 1)
      throw new LimitError(
        `expected at most ${MAX_BLOCK_NUMBER + 1} blocks, got ${blocks} of ${blockBytes(szx)} bytes`,
      );
    return { ...request, options, szx };
  }
}

/** The server has put us into its list (RFC 7641 §4.1). */
function isNotification({ code, options }: Message): boolean {
  return isFinalSuccess(code) && options.has(OBSERVE);
}

/** @throws {RangeError} for what cannot travel so */
function bodyRequest(
  code: number,
  base: Options,
  options: RequestOptions,
  { blockBytes: largestBlock, maxBodyBytes }: Limits,
): BodyRequest {
  const { payload = NO_BYTES, confirmable = false, blockSize = largestBlock, onProgress } = options;
  requireMethodRules(code, options, base);
  // Size1 says the exact length in each block (RFC 9177 §4.6).
  if (!(payload instanceof Uint8Array))
    throw new RangeError("expected the whole body for Q-Block, got pieces");
  if (base.has(NO_RESPONSE)) throw new RangeError("expected no No-Response option with Q-Block");
  return {
    code,
    options: base,
    payload,
    szx: requireSzx(blockSize),
    confirmable,
    maxBodyBytes: options.maxBodyBytes ?? maxBodyBytes,
    onProgress,
  };
}

function fourBytes(value: number): Uint8Array {
  const bytes = encodeUint(value);
  const padded = new Uint8Array(KEY_BYTES);
  padded.set(bytes, KEY_BYTES - bytes.length);
  return padded;
}
