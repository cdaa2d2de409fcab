/** A directory made of nothing but recorded requests and answers laid down by the test. */

import { decodeUtf8, encodeUtf8 } from "../../../../src/bytes/utf8.js";
import { LINK_FORMAT } from "../../../../src/coap/codec/content-format.js";
import { NOT_FOUND } from "../../../../src/coap/codec/code.js";
import { Endpoint } from "../../../../src/coap/endpoint.js";
import { RequestError } from "../../../../src/coap/server/request-error.js";
import { changed, content, created, deleted, type Response } from "../../../../src/coap/server/response.js";
import type { Request } from "../../../../src/coap/server/request.js";
import { Site } from "../../../../src/coap/server/site.js";
import { World, type VirtualHost } from "../../../portable.js";

/** Address of the directory. */
export const DIRECTORY = "fd00::1";
/** Address of who registers or looks up. */
export const REGISTRANT = "fd00::2";

/** A request as the directory saw it, `POST /rd?ep=node1`, with its body behind a blank. */
function show(method: string, { path, query, payload }: Request): string {
  const body = payload.length > 0 ? ` ${decodeUtf8(payload)}` : "";
  return `${method} /${path.join("/")}${query.length > 0 ? "?" : ""}${query.join("&")}${body}`;
}

/** Two hosts: a directory at `/rd`, and an endpoint. */
export class Scene {
  readonly world = new World({ seed: 9176 });
  /** Requests that reached the directory. */
  readonly asked: string[] = [];
  /** When, in virtual milliseconds. */
  readonly askedAtMs: number[] = [];
  /** What the next registration is answered, in place of 2.01. */
  readonly answers: (Response | RequestError)[] = [];
  /** What look-ups answer. */
  found = "";
  /** Whether the registration is known. */
  isKnown = false;
  readonly host: VirtualHost;
  readonly site = new Site();
  readonly directory: Endpoint;
  readonly endpoint: Endpoint;

  constructor() {
    const directorySite = new Site();
    const note = (method: string, request: Request): void => {
      this.asked.push(show(method, request));
      this.askedAtMs.push(this.world.time.nowMs);
    };
    const lookup = (request: Request): Response => {
      note("GET", request);
      return content(encodeUtf8(this.found), LINK_FORMAT);
    };
    directorySite.add("rd", {
      rt: "core.rd",
      ct: [LINK_FORMAT],
      subtree: true,
      post: (request) => {
        note("POST", request);
        const answer = this.answers.shift();
        if (answer instanceof RequestError) throw answer;
        if (answer) return answer;
        if (request.rest.length > 0 && !this.isKnown)
          throw new RequestError(NOT_FOUND, "no such registration");
        this.isKnown = true;
        return request.rest.length > 0 ? changed() : created(["rd", "4521"]);
      },
      delete: (request) => {
        note("DELETE", request);
        this.isKnown = false;
        return deleted();
      },
    });
    directorySite.add(".well-known/rd", {
      hidden: true,
      post: (request) => {
        note("POST", request);
        return changed();
      },
    });
    directorySite.add("rd-lookup/ep", { rt: "core.rd-lookup-ep", ct: [LINK_FORMAT], get: lookup });
    directorySite.add("rd-lookup/res", { rt: "core.rd-lookup-res", ct: [LINK_FORMAT], get: lookup });
    this.directory = new Endpoint(this.world.host(DIRECTORY), { port: 5683, site: directorySite });
    this.host = this.world.host(REGISTRANT);
    this.endpoint = new Endpoint(this.host, { port: 5683, site: this.site });
  }

  /** Requests since the last time. */
  take(): string[] {
    return this.asked.splice(0);
  }

  until<T>(promise: Promise<T>): Promise<T> {
    return this.world.time.until(promise);
  }

  advance(ms: number): Promise<void> {
    return this.world.time.advance(ms);
  }
}
