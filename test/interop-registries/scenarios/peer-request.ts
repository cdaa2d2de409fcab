/** Requests of peers' clients, and what comes of them: the form that our programs for all peers have. */

import type { PeerProcess } from "../../interop/peers/peer-process.js";

export interface PeerResponse {
  /** Such as "2.05". */
  readonly code: string;
  readonly payload: Buffer;
}

/** A peer's client that is told what to send while it runs. */
export class RunningClient<Request> {
  readonly #process: PeerProcess;
  readonly #format: (request: Request) => string;
  readonly #parse: (output: string) => readonly PeerResponse[];

  /** @param format a request as a line @param parse all that was printed */
  constructor(
    process: PeerProcess,
    format: (request: Request) => string,
    parse: (output: string) => readonly PeerResponse[],
  ) {
    this.#process = process;
    this.#format = format;
    this.#parse = parse;
  }

  send(request: Request): void {
    this.#process.write(this.#format(request));
  }

  /** The first `count` responses and notifications. @throws {Error} when the program ends before */
  async answers(count: number): Promise<readonly PeerResponse[]> {
    const come = (output: string): readonly PeerResponse[] => this.#parse(output).slice(0, count);
    await this.#process.waitUntil((output) => come(output).length === count, `${count} responses`);
    return come(this.#process.output);
  }
}
