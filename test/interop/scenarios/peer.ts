/** What a peer is to the table of scenarios: how its server and its client are run, and what they cannot do. */

import type { Scheme } from "../ours/any-transport.js";
import type { PeerProcess } from "../peers/peer-process.js";
import type { OscorePeer } from "./oscore.js";

/** A request of a peer's client: the form that our programs for all peers have. */
export interface PeerRequest {
  readonly method: "GET" | "POST" | "PUT" | "DELETE" | "FETCH" | "PATCH" | "IPATCH";
  readonly uri: string;
  readonly payload?: Uint8Array | string;
  readonly contentFormat?: number;
  /** In hexadecimal. */
  readonly etags?: readonly string[];
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
  /** In hexadecimal; absent where there is none, or the program does not tell. */
  readonly etag?: string | null;
}

/** A peer's server. */
export interface PeerServer {
  /** Without a path, such as `coap://[::1]:40000`. */
  readonly uri: string;
  /** Ends it without a goodbye. */
  kill(): Promise<void>;
  /** Resolves when /state has that many observers; absent where the server does not tell. */
  observers?(count: number): Promise<unknown>;
}

/** A program with the resources of a peer's server, which prints how many observers /state has. */
export class ProgramServer implements PeerServer {
  readonly uri: string;
  readonly process: PeerProcess;

  constructor(uri: string, process: PeerProcess) {
    this.uri = uri;
    this.process = process;
  }

  kill(): Promise<void> {
    return this.process.kill();
  }

  observers(count: number): Promise<unknown> {
    return this.process.waitFor(new RegExp(`observers: ${count}$`, "mu"));
  }
}

/** A peer's client that is told what to send while it runs. */
export interface RunningClient {
  /** Sends a request when the ones before it are answered. */
  send(request: PeerRequest): void;
  /** The first `count` responses and notifications. @throws {Error} when the client gives up before */
  answers(count: number): Promise<readonly PeerResponse[]>;
}

/** A program that reads requests from standard input. */
export class ProgramClient implements RunningClient {
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

  async answers(count: number): Promise<readonly PeerResponse[]> {
    const come = (output: string): readonly PeerResponse[] => this.#parse(output).slice(0, count);
    await this.#process.waitUntil((output) => come(output).length === count, `${count} responses`);
    return come(this.#process.output);
  }
}

/** All answers to requests that are sent one after the other. */
export function sendAll(
  client: RunningClient,
  requests: readonly PeerRequest[],
): Promise<readonly PeerResponse[]> {
  for (const request of requests) client.send(request);
  return client.answers(requests.length);
}

/** Runs `use` with a peer's server. */
export type WithServer = <T>(use: (server: PeerServer) => Promise<T>) => Promise<T>;

/** Runs `use` with a peer's client. */
export type WithClient = <T>(use: (client: RunningClient) => Promise<T>) => Promise<T>;

/** Why a peer cannot run scenarios, by their names: over all its transports, or over some. */
export type Exceptions = Readonly<Record<string, string | Readonly<Partial<Record<Scheme, string>>>>>;

/** A side of a peer, and the transports that it has. */
interface Side<With> {
  readonly schemes: readonly Scheme[];
  readonly with: With;
  /** Its faults, and what it does not have. */
  readonly cannot: Exceptions;
}

export interface Peer {
  /** As titles have it. */
  readonly name: string;
  /** With the resources of `sample_server.py`. */
  readonly server: Side<<T>(scheme: Scheme, use: (server: PeerServer) => Promise<T>) => Promise<T>>;
  /** Of its client it is said which server it will ask. */
  readonly client: Side<
    <T>(scheme: Scheme, server: string, use: (client: RunningClient) => Promise<T>) => Promise<T>
  >;
  /** OSCORE, or why there is none. */
  readonly oscore: OscorePeer | string;
  /** Why there is no EDHOC; undefined where edhoc.test.ts of the peer tries it. */
  readonly edhoc?: string;
}
