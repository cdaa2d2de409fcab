/** node-coap, npm's package `coap`: its server and its client, in this process. */

import { createSocket } from "node:dgram";
import { Agent, createServer, type CoapRequestParams, type IncomingMessage, type Server } from "coap";
import { freePort } from "../free-port.js";

/** What a listener of its server gets to answer with; a stream of notifications for a request with Observe 0. */
export interface NodeCoapAnswer {
  code: string;
  setOption(name: string, value: Buffer | number | string): unknown;
  write(payload: Uint8Array | string): boolean;
  end(payload?: Uint8Array | string): unknown;
  on(event: "finish", listener: () => void): unknown;
}

export type NodeCoapListener = (request: IncomingMessage, answer: NodeCoapAnswer) => void;

export interface NodeCoapServer {
  /** Without a path, such as `coap://[::1]:40000`. */
  readonly uri: string;
  readonly server: Server;
}

/** Ends a response with a body: 1.5.0 answers 4.02 to a request with Block2 for one that is empty but not left out. */
export function endWith(answer: NodeCoapAnswer, body: Uint8Array): void {
  if (body.length === 0) answer.end();
  else answer.end(Buffer.from(body));
}

/** Runs `use` with its server. @param address numeric, to bind to */
export async function withNodeCoapServer<T>(
  address: string,
  listener: NodeCoapListener,
  use: (server: NodeCoapServer) => Promise<T>,
): Promise<T> {
  const port = await freePort();
  // A delayed response is a separate one at once.
  const server = createServer({ piggybackReplyMs: 1 });
  server.on("request", listener);
  await new Promise<void>((resolve, reject) => {
    server.listen(port, address, (error) => {
      if (error) reject(error);
      else resolve();
    });
  });
  try {
    return await use({ uri: `coap://${address.includes(":") ? `[${address}]` : address}:${port}`, server });
  } finally {
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }
}

export interface NodeCoapRequest extends CoapRequestParams {
  readonly payload?: Uint8Array | string;
  /** The size exponent of the blocks that a payload goes out in (RFC 7959 §2.2). */
  readonly block1Szx?: number;
  /** The size exponent of the blocks that the client asks for. */
  readonly block2Szx?: number;
}

/** Its client on a socket of its own. */
export class NodeCoapClient {
  readonly #agent: Agent;

  /** @param agent whose socket lives until the client is left */
  constructor(agent: Agent) {
    this.#agent = agent;
  }

  /** Resolves with the response, or the first one where the resource is observed. @throws {Error} without one */
  request(uri: string, parameters: NodeCoapRequest = {}): Promise<IncomingMessage> {
    const { payload, block1Szx, block2Szx, ...rest } = parameters;
    const { hostname, port, pathname, search } = new URL(uri);
    return new Promise((resolve, reject) => {
      const request = this.#agent.request({
        hostname: hostname.replace(/[[\]]/gu, ""),
        port: Number(port),
        pathname: decodeURIComponent(pathname),
        ...(search !== "" && { query: decodeURIComponent(search.slice(1)) }),
        ...rest,
      });
      // No converter for these: the value as it is on the wire, and the size alone starts a transfer.
      if (block1Szx !== undefined) request.setOption("Block1", Buffer.of(block1Szx));
      if (block2Szx !== undefined) request.setOption("Block2", Buffer.of(block2Szx));
      request.on("response", resolve);
      request.on("error", reject);
      request.on("timeout", reject);
      request.end(payload === undefined ? undefined : Buffer.from(payload));
    });
  }
}

/** Runs `use` with its client. */
export async function withNodeCoapClient<T>(
  use: (client: NodeCoapClient) => Promise<T>,
  type: "udp4" | "udp6" = "udp6",
): Promise<T> {
  const socket = createSocket(type);
  await new Promise<void>((resolve) => socket.bind(0, resolve));
  const agent = new Agent({ socket });
  try {
    return await use(new NodeCoapClient(agent));
  } finally {
    agent.close();
    await new Promise<void>((resolve) => socket.close(() => resolve()));
  }
}
