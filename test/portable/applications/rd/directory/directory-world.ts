/** A directory and endpoints around it, on virtual time. */

import type { DirectoryLimits } from "../../../../../src/applications/rd/directory/limits.js";
import {
  startResourceDirectory,
  type ResourceDirectoryService,
} from "../../../../../src/applications/rd/directory/service.js";
import { encodeUtf8 } from "../../../../../src/bytes/utf8.js";
import type { Client } from "../../../../../src/coap/client/client.js";
import type { ClientResponse } from "../../../../../src/coap/client-response.js";
import { LINK_FORMAT } from "../../../../../src/coap/codec/content-format.js";
import { Endpoint } from "../../../../../src/coap/endpoint.js";
import { World, assert, type VirtualHost } from "../../../../portable.js";

/** Addresses of the directory. */
const ADDRESSES = ["fd00::1", "fe80::1"];

export class DirectoryWorld {
  readonly world: World;
  readonly host: VirtualHost;
  service: ResourceDirectoryService;
  /** Of a registrant at fd00::2, port 61616. */
  readonly client: Client;
  readonly #limits: Partial<DirectoryLimits>;
  readonly #withClock: boolean;

  constructor(
    limits: Partial<DirectoryLimits> = {},
    options: Partial<ConstructorParameters<typeof World>[0]> & { withClock?: boolean } = {},
  ) {
    this.world = new World({ seed: 9176, ...options });
    this.host = this.world.host(ADDRESSES);
    this.#limits = limits;
    this.#withClock = options.withClock ?? true;
    this.service = this.start();
    this.client = this.endpoint("fd00::2", 61616).client;
  }

  /** Starts the directory; anew, with what is stored, after `service.close()`. */
  start(): ResourceDirectoryService {
    const settings = {
      directory: this.#limits,
      keyValue: this.host.keyValue,
      ...(this.#withClock && { unixMs: () => 1_767_225_600_000 + this.world.time.nowMs }),
    };
    this.service = startResourceDirectory(this.host, { port: 5683 }, settings);
    return this.service;
  }

  endpoint(address: string, port = 5683): Endpoint {
    return new Endpoint(this.world.host(address), { port });
  }

  until<T>(promise: Promise<T>): Promise<T> {
    return this.world.time.until(promise);
  }

  advanceS(seconds: number): Promise<void> {
    return this.world.time.advance(seconds * 1000);
  }

  /** POST to a path, with links. */
  post(path: string, links = "", client = this.client): Promise<ClientResponse> {
    const payload = encodeUtf8(links);
    return this.until(
      client.post(`coap://[fd00::1]/${path}`, links === "" ? {} : { payload, contentFormat: LINK_FORMAT }),
    );
  }

  delete(path: string): Promise<ClientResponse> {
    return this.until(this.client.delete(`coap://[fd00::1]/${path}`));
  }

  /** Registers, and gives the location without a slash in front. */
  async register(query: string, links = "</sensors/temp>;rt=temperature-c;if=sensor"): Promise<string> {
    const response = await this.post(`rd?${query}`, links);
    return response.locationPath.join("/");
  }

  /** The links that a look-up gives: `res?rt=light`. */
  async lookup(what: string, client = this.client): Promise<string> {
    const response = await this.until(client.get(`coap://[fd00::1]/rd-lookup/${what}`));
    return response.text();
  }
}

/** `text` matches `pattern`. */
export function assertMatch(text: string, pattern: RegExp): void {
  assert.ok(pattern.test(text), `expected ${String(pattern)}, got ${text}`);
}
