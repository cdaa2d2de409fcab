/** The resources of `sample_server.py` on node-coap's server, in this process. */

import { createHash } from "node:crypto";
import type { IncomingMessage } from "coap";
import type { PeerServer } from "../../scenarios/peer.js";
import { endWith, withNodeCoapServer, type NodeCoapAnswer, type NodeCoapListener } from "./node-coap.js";

interface Body {
  readonly bytes: Buffer;
  readonly format: string | undefined;
}

/** It knows of no links: these are the server's own. */
const LINKS = "</store>,</methods>,</separate>,</state>;obs";

function etagOf({ bytes }: Body): Buffer {
  return createHash("sha256").update(bytes).digest().subarray(0, 8);
}

class SampleServer {
  readonly #stored = new Map<string, Body>();
  readonly #observers = new Set<NodeCoapAnswer>();
  #state = Buffer.from("first");
  #waiting: NodeCoapAnswer | undefined;
  #isReleased = false;

  readonly listener: NodeCoapListener = (request, answer) => {
    const [path = "", query = ""] = request.url.split("?");
    if (path.startsWith("/store/")) this.#store(path, request, answer);
    else if (path === "/methods") this.#methods(query, request, answer);
    else if (path === "/separate") this.#separate(request, answer);
    else if (path === "/state") this.#observed(request, answer);
    else if (path === "/.well-known/core") {
      answer.setOption("Content-Format", "application/link-format");
      answer.end(LINKS);
    } else end(answer, "4.04");
  };

  /** Bodies by their path, with an ETag. */
  #store(path: string, { method, payload, headers, _packet }: IncomingMessage, answer: NodeCoapAnswer): void {
    const known = this.#stored.get(path);
    const options = _packet.options ?? [];
    const has = (name: string): boolean =>
      known !== undefined &&
      options.some(({ name: one, value }) => one === name && etagOf(known).equals(value));
    if (method === "PUT") {
      const names = options.map(({ name }) => name);
      if (known ? names.includes("If-None-Match") : names.includes("If-Match")) end(answer, "4.12");
      else if (names.includes("If-Match") && !has("If-Match")) end(answer, "4.12");
      else {
        const format = headers["Content-Format"] as string | undefined;
        this.#stored.set(path, { bytes: Buffer.from(payload), format });
        end(answer, known ? "2.04" : "2.01");
      }
    } else if (method === "DELETE") {
      this.#stored.delete(path);
      end(answer, "2.02");
    } else if (!known) end(answer, "4.04");
    else {
      answer.setOption("ETag", etagOf(known));
      if (has("ETag")) end(answer, "2.03");
      else {
        if (known.format !== undefined) answer.setOption("Content-Format", known.format);
        endWith(answer, known.bytes);
      }
    }
  }

  /** Says what it was asked. */
  #methods(query: string, { method, payload }: IncomingMessage, answer: NodeCoapAnswer): void {
    const words = Buffer.from(`${method.toUpperCase()} ${query} `);
    answer.code = "2.05";
    answer.end(Buffer.concat([words, payload]));
  }

  /** A GET is answered when somebody sends a POST. */
  #separate({ method }: IncomingMessage, answer: NodeCoapAnswer): void {
    if (method === "GET") this.#waiting = answer;
    else {
      this.#isReleased = true;
      end(answer, "2.04");
    }
    if (!this.#isReleased || !this.#waiting) return;
    this.#waiting.end("later");
    this.#waiting = undefined;
    this.#isReleased = false;
  }

  /** Notifies of each body that is PUT. */
  #observed({ method, payload, headers }: IncomingMessage, answer: NodeCoapAnswer): void {
    if (method === "PUT") {
      this.#state = Buffer.from(payload);
      end(answer, "2.04");
      for (const observer of this.#observers) observer.write(this.#state);
    } else if (headers.Observe === 0) {
      this.#observers.add(answer);
      answer.on("finish", () => this.#observers.delete(answer));
      answer.write(this.#state);
    } else endWith(answer, this.#state);
  }
}

function end(answer: NodeCoapAnswer, code: string): void {
  answer.code = code;
  answer.end();
}

/** Runs `use` with it. @param address numeric, to bind to */
export function withSampleServer<T>(address: string, use: (server: PeerServer) => Promise<T>): Promise<T> {
  return withNodeCoapServer(address, new SampleServer().listener, ({ uri, server }) => {
    // 1.5.0 looks for the blocks of a body by their token, which a client may choose anew each time (RFC 7959 §3.4).
    server._toCacheKey = (request) => `${request.url} ${request.rsinfo.port}`;
    return use({ uri, kill: () => new Promise((resolve) => server.close(() => resolve())) });
  });
}
