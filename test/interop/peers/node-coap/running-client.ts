/** node-coap's client as the table of scenarios wants it. */

import type { PeerRequest, PeerResponse, RunningClient } from "../../scenarios/peer.js";
import { withNodeCoapClient, type NodeCoapClient, type NodeCoapRequest } from "./node-coap.js";

function responseOf(code: string, payload: Uint8Array, etag?: unknown): PeerResponse {
  return {
    code,
    payload: Buffer.from(payload),
    etag: etag instanceof Uint8Array ? Buffer.from(etag).toString("hex") : null,
  };
}

function szxOf(blockSize: number): number {
  return Math.log2(blockSize) - 4;
}

function parametersOf(request: PeerRequest): NodeCoapRequest {
  const { method, payload, contentFormat, etags, non, blockSize, notifications } = request;
  const block = blockSize === undefined ? undefined : szxOf(blockSize);
  // The only block of the smallest size: its Block1 is 0, and so empty (RFC 7959 §2.2), where 1.5.0 breaks down.
  const isUploaded = block !== undefined && payload !== undefined && !(block === 0 && payload.length <= 16);
  const headers = {
    ...(contentFormat !== undefined && { "Content-Format": contentFormat }),
    ...(etags !== undefined && { ETag: etags.map((etag) => Buffer.from(etag, "hex")) }),
  };
  return {
    method: method === "IPATCH" ? "iPATCH" : method,
    confirmable: non !== true,
    headers,
    ...(payload !== undefined && { payload }),
    ...(isUploaded && { block1Szx: block }),
    ...(block !== undefined && method === "GET" && { block2Szx: block }),
    ...(notifications !== undefined && { observe: true }),
  };
}

/** Its response where a resource is observed: payloads as they come. */
interface Observed extends AsyncIterable<unknown> {
  /** @param isEager whether it sends a deregistration */
  close(isEager: boolean): void;
}

class NodeCoapRunningClient implements RunningClient {
  readonly #clients: { readonly ipv4: NodeCoapClient; readonly ipv6: NodeCoapClient };
  readonly #responses: PeerResponse[] = [];
  readonly #watchers = new Set<() => void>();
  #failure: Error | undefined;
  #queue: Promise<void> = Promise.resolve();

  /** @param ipv4 whose socket is for these addresses @param ipv6 the same */
  constructor(ipv4: NodeCoapClient, ipv6: NodeCoapClient) {
    this.#clients = { ipv4, ipv6 };
  }

  send(request: PeerRequest): void {
    this.#queue = this.#queue
      .then(() => this.#ask(request))
      .catch((error: unknown) => {
        this.#failure = error as Error;
        this.#wake();
      });
  }

  async answers(count: number): Promise<readonly PeerResponse[]> {
    while (this.#responses.length < count) {
      if (this.#failure) throw this.#failure;
      await new Promise<void>((resolve) => this.#watchers.add(resolve));
    }
    return this.#responses.slice(0, count);
  }

  async #ask(request: PeerRequest): Promise<void> {
    const client = request.uri.includes("[") ? this.#clients.ipv6 : this.#clients.ipv4;
    const response = await client.request(request.uri, parametersOf(request));
    const { notifications } = request;
    if (typeof notifications === "number")
      await this.#observe(response as unknown as Observed, notifications);
    else this.#add(responseOf(response.code, response.payload, response.headers.ETag));
  }

  async #observe(stream: Observed, states: number): Promise<void> {
    let known = 0;
    for await (const payload of stream) {
      this.#add(responseOf("2.05", payload as Uint8Array));
      known += 1;
      if (known === states) break;
    }
    stream.close(true);
  }

  #add(response: PeerResponse): void {
    this.#responses.push(response);
    this.#wake();
  }

  #wake(): void {
    for (const watcher of this.#watchers) watcher();
    this.#watchers.clear();
  }
}

/** Runs `use` with it. */
export function withRunningClient<T>(use: (client: RunningClient) => Promise<T>): Promise<T> {
  return withNodeCoapClient(
    (ipv4) => withNodeCoapClient((ipv6) => use(new NodeCoapRunningClient(ipv4, ipv6))),
    "udp4",
  );
}
