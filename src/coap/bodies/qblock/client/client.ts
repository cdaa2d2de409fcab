/** Bodies in Q-Block options on the client's side: who takes them, and which transfer a response is for. RFC 9177 §4.1, §6. */

import { concatBytes } from "../../../../bytes/concat.js";
import { decodeUint, encodeUint } from "../../../../bytes/uint.js";
import type { RequestOptions } from "../../../request-options.js";
import { requireMethodRules, requireSzx } from "../../../client/message-options.js";
import { GET, isFinalSuccess } from "../../../codec/code.js";
import { encodedLength, type Message } from "../../../codec/message.js";
import {
  NO_RESPONSE,
  OBSERVE,
  Q_BLOCK1,
  Q_BLOCK2,
  REQUEST_TAG,
  SIZE1,
} from "../../../codec/option-number.js";
import { Options } from "../../../codec/options.js";
import { MAX_BLOCK_NUMBER, MIN_SZX, blockBytes, encodeBlock } from "../../block/block.js";
import { CancelledError, LimitError, TimeoutError, type CoapError } from "../../../errors.js";
import type { Limits } from "../../../limits.js";
import type { EndpointContext } from "../../../messaging/endpoint-context.js";
import type { MessageSender } from "../../../messaging/messaging.js";
import type { Peer } from "../../../messaging/peer.js";
import type { BodyResponse, ObservedResponse, StateHandler } from "../../../requesting/body-transfers.js";
import { ClientTransfer, type BodyRequest, type Settled } from "./transfer.js";
import { Observed } from "./observed.js";
import { Operation } from "./operation.js";
import type { QBlockParameters } from "../parameters.js";

/** Bytes of a token: those that all of a transfer have in common, and the number of the request (RFC 9177 §6). */
const KEY_BYTES = 4;
const TOKEN_BYTES = 2 * KEY_BYTES;
const NO_BYTES = new Uint8Array(0);
/** What the longest Echo option takes in a message (RFC 9175 §2.2.1). */
const ECHO_OPTION_BYTES = 43;

/** Value of the Observe option that registers (RFC 7641 §2). */
const REGISTER = 0;

/** Who observes, and the observation when it has begun. */
interface Observing {
  readonly handler: StateHandler;
  observed: Observed | undefined;
}

export class QBlockClient {
  readonly #endpoint: EndpointContext;
  readonly #parameters: QBlockParameters;
  readonly #sender: () => MessageSender;
  readonly #transfers = new Map<number, ClientTransfer | Observed>();
  /** Incremented for each body (RFC 9177 §4.3). */
  #requestTag: number | undefined;

  constructor(endpoint: EndpointContext, parameters: QBlockParameters, sender: () => MessageSender) {
    this.#endpoint = endpoint;
    this.#parameters = parameters;
    this.#sender = sender;
  }

  /** See {@link BodyTransfers.request}. */
  async request(
    peer: Peer,
    method: number,
    base: Options,
    options: RequestOptions,
  ): Promise<BodyResponse | undefined> {
    return this.#run(peer, bodyRequest(method, base, options, this.#endpoint.limits), options);
  }

  /** See {@link BodyTransfers.observe}. */
  async observe(
    peer: Peer,
    base: Options,
    options: RequestOptions,
    handler: StateHandler,
  ): Promise<ObservedResponse | undefined> {
    const registration = new Options().addAll(base).setUint(OBSERVE, REGISTER);
    const request = bodyRequest(GET, registration, options, this.#endpoint.limits);
    const observing: Observing = { handler, observed: undefined };
    const response = await this.#run(peer, request, options, observing);
    return response && { ...response, observed: observing.observed };
  }

  async #run(
    peer: Peer,
    request: BodyRequest,
    options: RequestOptions,
    observing?: Observing,
  ): Promise<BodyResponse | undefined> {
    const { deadlines } = this.#endpoint;
    const { signal, timeoutMs } = options;
    if (signal?.aborted) throw new CancelledError("the request was cancelled");
    const operation = new Operation(peer, request, {
      prepare: (one) => this.#prepare(one),
      begin: (one, isProbe, settled) =>
        this.#begin(peer, one, isProbe ? undefined : observing, isProbe, settled),
    });
    const onAbort = (): void => operation.cancel(new CancelledError("the request was cancelled"));
    signal?.addEventListener("abort", onAbort);
    const deadline =
      timeoutMs === undefined
        ? undefined
        : deadlines.set(() => {
            const from = `${peer.address} port ${peer.port}`;
            operation.cancel(new TimeoutError(`no response from ${from} within ${timeoutMs} ms`));
          }, timeoutMs);
    try {
      return await operation.run();
    } finally {
      signal?.removeEventListener("abort", onAbort);
      if (deadline) deadlines.clear(deadline);
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
          const { handler } = observing;
          // The registration is the first request of its transfer.
          const token = concatBytes([head, fourBytes(0)]);
          observing.observed = new Observed(peer, request, message, { ...both, token, handler, release });
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
