/** Requests of peers' clients, and what comes of them: the form that our programs for all peers have. */

import type { PeerProcess } from "../peers/peer-process.js";

export interface PeerRequest {
  readonly method: "GET" | "POST" | "PUT" | "DELETE" | "FETCH" | "PATCH" | "IPATCH";
  readonly uri: string;
  readonly payload?: Uint8Array | string;
  readonly contentFormat?: number;
  readonly non?: boolean;
  /** Of bodies that are sent, and asked for by GET. */
  readonly blockSize?: number;
  /** Observes the resource and takes so many states of it, or all while further requests are sent. */
  readonly notifications?: number | "all";
}

export interface PeerResponse {
  /** Such as "2.05". */
  readonly code: string;
  readonly payload: Buffer;
}

/** Sends requests one after the other; resolves with responses and notifications. @throws {Error} when one got none */
export type Send = (...requests: readonly PeerRequest[]) => Promise<readonly PeerResponse[]>;

/** A peer's server. */
export interface PeerServer {
  /** Without a path, such as `coap://[::1]:40000`. */
  readonly uri: string;
  readonly process: PeerProcess;
}

/** Runs `use` with a peer's server. */
export type WithServer = <T>(use: (server: PeerServer) => Promise<T>) => Promise<T>;

/** A peer's client that is told what to send while it runs. */
export class RunningClient {
  readonly #process: PeerProcess;
  readonly #format: (request: PeerRequest) => string;
  readonly #parse: (output: string) => readonly PeerResponse[];

  /** @param format a request as a line @param parse all that was printed */
  constructor(
    process: PeerProcess,
    format: (request: PeerRequest) => string,
    parse: (output: string) => readonly PeerResponse[],
  ) {
    this.#process = process;
    this.#format = format;
    this.#parse = parse;
  }

  send(request: PeerRequest): void {
    this.#process.write(this.#format(request));
  }

  /** The first `count` responses and notifications. @throws {Error} when the program ends before */
  async answers(count: number): Promise<readonly PeerResponse[]> {
    const come = (output: string): readonly PeerResponse[] => this.#parse(output).slice(0, count);
    await this.#process.waitUntil((output) => come(output).length === count, `${count} responses`);
    return come(this.#process.output);
  }
}
