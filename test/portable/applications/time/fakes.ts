/** Stand-ins for what the time service uses of CoAP and of the host. */

import type { ClientResponse } from "../../../../src/coap/client-response.js";
import type { RequestOptions } from "../../../../src/coap/request-options.js";
import { GET } from "../../../../src/coap/codec/code.js";
import { Options } from "../../../../src/coap/codec/options.js";
import { ClientErrorResponse } from "../../../../src/coap/errors.js";
import type { Request } from "../../../../src/coap/server/request.js";
import type { TimerHandle } from "../../../../src/ports/timers.js";

/** 2026-01-01T00:00:00Z. */
export const START_MS = 1_767_225_600_000;

const NO_BYTES = new Uint8Array(0);

export function getRequest(query: readonly string[] = [], accept?: number): Request {
  return {
    method: GET,
    path: ["time"],
    rest: [],
    query,
    payload: NO_BYTES,
    block: undefined,
    contentFormat: undefined,
    accept,
    options: new Options(),
    remote: { scheme: "coap", address: "fd00::2", port: 5683 },
  };
}

/** A response with as much as the time client looks at. */
export function response(payload: Uint8Array, contentFormat: number | undefined): ClientResponse {
  return { payload, contentFormat } as unknown as ClientResponse;
}

export function errorResponse(code: number, maxAge = 60): ClientErrorResponse {
  return new ClientErrorResponse({
    code,
    maxAge,
    payload: NO_BYTES,
    contentFormat: undefined,
  } as unknown as ClientResponse);
}

/** Clock, timers and chance of a host; time passes when the test says so. */
export class FakeHost {
  /** What the local clock shows. */
  nowMs = 0;
  /** Delays asked for, in order. */
  readonly delays: number[] = [];
  readonly lines: string[] = [];
  #waiting: { readonly callback: () => void; readonly handle: TimerHandle }[] = [];

  readonly clock = { monotonicMs: (): number => this.nowMs };
  readonly random = { fill: (bytes: Uint8Array): void => void bytes.fill(0) };
  readonly console = { log: (line: string): void => void this.lines.push(line) };
  readonly timers = {
    set: (callback: () => void, delayMs: number): TimerHandle => {
      const handle = {};
      this.delays.push(delayMs);
      this.#waiting.push({ callback, handle });
      return handle;
    },
    clear: (handle: TimerHandle): void => {
      this.#waiting = this.#waiting.filter((timer) => timer.handle !== handle);
    },
  };

  get waiting(): number {
    return this.#waiting.length;
  }

  /** Fires the timer that was set first, and lets promises settle. */
  async fire(): Promise<void> {
    this.#waiting.shift()?.callback();
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  }
}

/** Answers requests with what the test put in line: a response, an error, or a promise of one. */
export class FakeClient {
  readonly asked: { readonly uri: string; readonly accept: number | undefined }[] = [];
  readonly answers: (() => ClientResponse | Error | Promise<ClientResponse>)[] = [];

  async get(uri: string, options: RequestOptions = {}): Promise<ClientResponse> {
    this.asked.push({ uri, accept: options.accept });
    const answer = await this.answers.shift()?.();
    if (answer === undefined) throw new Error("expected an answer in line");
    if (answer instanceof Error) throw answer;
    return answer;
  }
}
