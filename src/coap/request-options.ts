/** What a caller may say about a request. */

import type { Options } from "./codec/options.js";
import type { NamesOf } from "./known-names.js";

/** The part of the web's AbortSignal that is used here, so that one fits. */
export interface AbortSignalLike {
  readonly aborted: boolean;
  addEventListener(type: "abort", listener: () => void): void;
  removeEventListener(type: "abort", listener: () => void): void;
}

export interface RequestOptions {
  /**
   * The body, whole or piece by piece; what does not fit a block (over a connection: a message) goes block-wise
   * (RFC 7959, RFC 8323 §6).
   */
  readonly payload?: Uint8Array | AsyncIterable<Uint8Array>;
  /** Length in bytes of a body that comes piece by piece, where it is known: its first block says it (RFC 7959 §4). */
  readonly payloadBytes?: number;
  /** Content-Format of the body (RFC 7252 §5.10.3). */
  readonly contentFormat?: number;
  /** The Content-Format wanted (RFC 7252 §5.10.4). */
  readonly accept?: number;
  /** Entity tags of what the caller has: 2.03 says that one is current (RFC 7252 §5.10.6.2). */
  readonly etags?: readonly Uint8Array[];
  /** Acts only where the resource has one of these tags; an empty tag means any (RFC 7252 §5.10.8.1). */
  readonly ifMatch?: readonly Uint8Array[];
  /** Acts only where there is no resource yet (RFC 7252 §5.10.8.2). */
  readonly ifNoneMatch?: boolean;
  /** False sends a Non-confirmable request (RFC 7252 §4.3). */
  readonly confirmable?: boolean;
  /**
   * Classes of responses that are not wanted, such as NO_SUCCESS (RFC 7967 §2.1). Where none comes within the time
   * allowed, or none is wanted at all, the result has the code EMPTY. That the request got through is not known then,
   * unless it was Confirmable.
   */
  readonly noResponse?: number;
  /**
   * "Q-Block" sends and asks for bodies without waiting for each block, where the endpoint has `qBlock` and the peer
   * takes it (RFC 9177); Block1 and Block2 do otherwise. Non-confirmable unless `confirmable` is true.
   */
  readonly blocks?: "Q-Block";
  /**
   * Block size to use and to ask for: a power of two from 16 to 1024. Over a connection it is used in place of whole
   * bodies and BERT blocks.
   */
  readonly blockSize?: number;
  /** Name of the security context to protect the request with, where the endpoint has `oscore` (RFC 8613). */
  readonly securityContext?: string;
  /** Gives up when it says so. */
  readonly signal?: AbortSignalLike;
  /** Gives up after this time, the whole body included; otherwise the transmission parameters decide. */
  readonly timeoutMs?: number;
  /** Numeric address to send to, where the URI has a name. */
  readonly address?: string;
  /** Further options. With Proxy-Uri among them the URI says which proxy to ask (RFC 7252 §5.7.1). */
  readonly options?: Options;
  /** Largest response body taken, in bytes; the endpoint's limit otherwise. */
  readonly maxBodyBytes?: number;
  /** Told how many bytes of a body in blocks went or came so far, and of how many, where that is known. */
  readonly onProgress?: (bytes: number, totalBytes: number | undefined) => void;
}

/** The names of {@link RequestOptions}. */
export const REQUEST_OPTIONS: NamesOf<RequestOptions> = Object.freeze({
  payload: true,
  payloadBytes: true,
  contentFormat: true,
  accept: true,
  etags: true,
  ifMatch: true,
  ifNoneMatch: true,
  confirmable: true,
  noResponse: true,
  blocks: true,
  blockSize: true,
  securityContext: true,
  signal: true,
  timeoutMs: true,
  address: true,
  options: true,
  maxBodyBytes: true,
  onProgress: true,
} as const);
