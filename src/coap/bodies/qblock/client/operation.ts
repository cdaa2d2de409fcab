/**
 * What a client does for one request: learns whether the peer takes Q-Block, agrees on the size of the blocks, and shows
 * who it is. RFC 9177 §4.1, §4.3, RFC 9175 §2.3.
 */

import { GET, REQUEST_ENTITY_TOO_LARGE, UNAUTHORIZED, isSafeMethod } from "../../../codec/code.js";
import {
  ECHO,
  OBSERVE,
  Q_BLOCK1,
  Q_BLOCK2,
  URI_HOST,
  URI_PATH,
  URI_PORT,
  URI_QUERY,
} from "../../../codec/option-number.js";
import { Options } from "../../../codec/options.js";
import { blockBytes, blockOption } from "../../block/block.js";
import { echoValueOf } from "../../../client/requester.js";
import type { CoapError } from "../../../errors.js";
import type { Peer } from "../../../messaging/peer.js";
import type { BodyRequest, ClientTransfer, Settled, WholeBody } from "./transfer.js";

const NO_BYTES = new Uint8Array(0);

/** What the client does for its operations. */
export interface OperationParts {
  /** The request with a Request-Tag of its own, and with the largest blocks that fit a message. */
  prepare(request: BodyRequest): BodyRequest;
  /** Begins a transfer. */
  begin(request: BodyRequest, isProbe: boolean, settled: Settled): ClientTransfer;
}

export class Operation {
  readonly #peer: Peer;
  readonly #request: BodyRequest;
  readonly #parts: OperationParts;
  #current: ClientTransfer | undefined;
  #failure: CoapError | undefined;

  constructor(peer: Peer, request: BodyRequest, parts: OperationParts) {
    this.#peer = peer;
    this.#request = request;
    this.#parts = parts;
  }

  /** @returns undefined where the peer does not take Q-Block options @throws {CoapError} */
  async run(): Promise<WholeBody | undefined> {
    const peer = this.#peer;
    let request = this.#parts.prepare(this.#request);
    // A device's stack has 512 slots: the caller's frames and ours would not fit it together.
    await Promise.resolve();
    // There is nothing to gain over a reliable transport (RFC 9177 §3).
    if (peer.capabilities) return undefined;
    if (peer.takesQBlock === undefined && !request.confirmable) {
      const probe = probeOf(request);
      const found = await this.#exchange(probe, true);
      const szx = found && smallerBlocks(found, probe);
      if (!found) peer.takesQBlock = false;
      else if (szx !== undefined) request = this.#parts.prepare({ ...request, szx });
      else if (isWholeAnswer(found, request)) return found;
    }
    if (peer.takesQBlock === false) return undefined;
    for (;;) {
      const response = await this.#exchange(request, false);
      if (!response) peer.takesQBlock = false;
      const szx = response && smallerBlocks(response, request);
      if (szx === undefined) return response;
      // Each block has another number now, so for the server this is another body.
      request = this.#parts.prepare({ ...request, szx });
    }
  }

  /** Ends it with this error. */
  cancel(error: CoapError): void {
    this.#failure = error;
    this.#current?.fail(error);
  }

  /** Sends a request; where the server asks who we are, once more with its Echo option value (RFC 9175 §2.3). */
  async #exchange(request: BodyRequest, isProbe: boolean): Promise<WholeBody | undefined> {
    const peer = this.#peer;
    const { receivedEcho } = peer;
    if (receivedEcho) request.options.set(ECHO, receivedEcho);
    peer.receivedEcho = undefined;
    const response = await this.#transfer(request, isProbe);
    const demanded = response && echoValueOf(response.message);
    if (!demanded) return response;
    if (response.message.code !== UNAUTHORIZED) {
      peer.receivedEcho = new Uint8Array(demanded);
      return response;
    }
    request.options.set(ECHO, new Uint8Array(demanded));
    return this.#transfer(request, isProbe);
  }

  async #transfer(request: BodyRequest, isProbe: boolean): Promise<WholeBody | undefined> {
    // A device's stack has 512 slots: the callers' frames and those down to the socket would not fit it together.
    await Promise.resolve();
    if (this.#failure) throw this.#failure;
    return new Promise((resolve, reject) => {
      this.#current = this.#parts.begin(request, isProbe, { end: resolve, fail: reject });
      this.#current.start();
    });
  }
}

/** §4.1: what shows whether a peer takes Q-Block options is Confirmable, and does nothing there. */
function probeOf(request: BodyRequest): BodyRequest {
  const { code, options, payload, szx } = request;
  if (isSafeMethod(code) && payload.length <= blockBytes(szx)) {
    const once = new Options().addAll(options);
    once.remove(OBSERVE);
    return { ...request, options: once, confirmable: true };
  }
  const about = new Options();
  for (const { number, value } of options.entries())
    if (number === URI_HOST || number === URI_PORT || number === URI_PATH || number === URI_QUERY)
      about.add(number, value);
  return { ...request, code: GET, options: about, payload: NO_BYTES, confirmable: true };
}

/** The size exponent of the smaller blocks that a 4.13 asks for (RFC 9177 §4.3, RFC 7959 §2.9.3); undefined where none does. */
function smallerBlocks({ message }: WholeBody, { payload, szx }: BodyRequest): number | undefined {
  if (message.code !== REQUEST_ENTITY_TOO_LARGE) return undefined;
  const block = blockOption(message.options, Q_BLOCK1);
  return block && block.szx < szx && payload.length > blockBytes(block.szx) ? block.szx : undefined;
}

/** Whether the answer to a probe is the answer to the request as well. */
function isWholeAnswer({ message }: WholeBody, { code, options, payload, szx }: BodyRequest): boolean {
  if (options.has(OBSERVE) || !isSafeMethod(code) || payload.length > blockBytes(szx)) return false;
  const block = blockOption(message.options, Q_BLOCK2);
  return !block || (block.number === 0 && !block.more);
}
