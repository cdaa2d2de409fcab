/** Bodies of a client in Block1 and Block2 options. RFC 7959. */

import { encodeUint } from "../../bytes/uint.js";
import { encodeBlock } from "../bodies/block/block.js";
import { isSafeMethod } from "../codec/code.js";
import { BLOCK2, REQUEST_TAG } from "../codec/option-number.js";
import { Options } from "../codec/options.js";
import type { Peer } from "../messaging/peer.js";
import type { RequestOptions } from "../request-options.js";
import type { BodyResponse, ClientTransfers, ObservingParty } from "../requesting/body-transfers.js";
import type { ClientParts } from "./client.js";
import { BodyReader } from "./body-reader.js";
import { Download } from "./download.js";
import { requireMethodRules, requireSzx } from "./message-options.js";
import { ObservedInBlocks } from "./observed-in-blocks.js";
import { Requester } from "./requester.js";
import { upload } from "./upload.js";

export class BlockTransfers implements ClientTransfers {
  readonly #parts: ClientParts;
  /** Request-Tags in use, so that concurrent operations are told apart (RFC 9175 §3.5). */
  readonly #requestTags = new Set<number>();

  constructor(parts: ClientParts) {
    this.#parts = parts;
  }

  async request(
    peer: Peer,
    method: number,
    base: Options,
    options: RequestOptions,
    timeoutMs: number | undefined,
  ): Promise<BodyResponse> {
    // A device's stack has 512 slots: the caller's frames and those down to a connection would not fit it together.
    await Promise.resolve();
    const { requests, endpoint } = this.#parts;
    const { deadlines, limits } = endpoint;
    const { confirmable = true, signal, payload, onProgress } = options;
    const szx = options.blockSize === undefined ? undefined : requireSzx(options.blockSize);
    requireMethodRules(method, options, base);
    const requester = new Requester(requests, peer, confirmable, signal, deadlines, timeoutMs);
    if (szx !== undefined && isSafeMethod(method)) base.setUint(BLOCK2, encodeBlock(0, false, szx));
    const requestTag = this.#takeRequestTag(payload);
    // On every message of the operation, those that fetch its response included (RFC 9175 §3.4).
    if (payload !== undefined) requester.onClose = () => void this.#requestTags.delete(requestTag);
    if (requestTag > 0) base.add(REQUEST_TAG, encodeUint(requestTag));
    const body = payload && new BodyReader(payload, options.payloadBytes);
    try {
      const received = body
        ? await upload(requester, method, base, body, { limits, szx, onProgress })
        : await requester.send(method, new Options().addAll(base), undefined);
      return new Download(requester, method, base, received.message, received.roundTripMs);
    } catch (error) {
      requester.close();
      throw error;
    } finally {
      body?.close();
    }
  }

  observe(party: ObservingParty): Promise<void> {
    return new ObservedInBlocks(this.#parts, party).start();
  }

  /** The smallest tag that no other operation has; 0 stands for none. */
  #takeRequestTag(payload: RequestOptions["payload"]): number {
    if (payload === undefined) return 0;
    let tag = 0;
    while (this.#requestTags.has(tag)) tag += 1;
    this.#requestTags.add(tag);
    return tag;
  }
}
