/** A resource: what a server offers at one path. */

import { DELETE, FETCH, GET, IPATCH, PATCH, POST, PUT } from "../codec/code.js";
import type { Link } from "../codec/link-format.js";
import { SEGMENT_CHARACTERS, encodePercent } from "../codec/percent-encoding.js";
import type { NamesOf } from "../known-names.js";
import type { Request } from "./request.js";
import type { Response } from "./response.js";

/** Answers a request, now or later. Refuses it by throwing a RequestError. */
export type Handler = (request: Request) => Response | Promise<Response>;

export interface ResourceDefinition {
  readonly get?: Handler;
  readonly post?: Handler;
  readonly put?: Handler;
  readonly delete?: Handler;
  readonly fetch?: Handler;
  readonly patch?: Handler;
  readonly ipatch?: Handler;
  /** Clients may observe it (RFC 7641); call {@link Resource.notify} when its state has changed. */
  readonly observable?: boolean;
  /** How notifications travel: Confirmable unless `"NON"` is given (RFC 7641 §4.5). */
  readonly notifications?: "CON" | "NON";
  /** Answers for every path below its own, too. */
  readonly subtree?: boolean;
  /** Max-Age of its representations in seconds, where the response has none. */
  readonly maxAge?: number;
  /** Its handlers look at If-Match and If-None-Match (RFC 7252 §5.10.8); otherwise these are answered 4.02. */
  readonly conditional?: boolean;
  /** Largest request body, in bytes; the endpoint's limit otherwise. */
  readonly maxBodyBytes?: number;
  /**
   * `"whole"` (the default): handlers get bodies whole, reassembled of their blocks (atomic, RFC 7959 §2.5).
   * `"blocks"`: handlers get each block as it comes and act on it (stateless).
   */
  readonly bodies?: "whole" | "blocks";
  /**
   * Answers requests that are protected by one of these security contexts, or by `"any"` (RFC 8613); others are told
   * 4.01 or 4.03. Absent: answers everybody.
   */
  readonly protectedBy?: "any" | readonly string[];
  /** Link attributes (RFC 6690 §3, RFC 7252 §7.2.1). */
  readonly title?: string;
  readonly rt?: string;
  readonly if?: string;
  readonly ct?: readonly number[];
  readonly sz?: number;
  /** Not listed in /.well-known/core. */
  readonly hidden?: boolean;
}

/** The names of {@link ResourceDefinition}. */
export const RESOURCE_DEFINITION: NamesOf<ResourceDefinition> = Object.freeze({
  get: true,
  post: true,
  put: true,
  delete: true,
  fetch: true,
  patch: true,
  ipatch: true,
  observable: true,
  notifications: true,
  subtree: true,
  maxAge: true,
  conditional: true,
  maxBodyBytes: true,
  bodies: true,
  protectedBy: true,
  title: true,
  rt: true,
  if: true,
  ct: true,
  sz: true,
  hidden: true,
} as const);

export class Resource {
  /** Segments of its path. */
  readonly path: readonly string[];
  readonly definition: ResourceDefinition;
  /** How often the state has changed: tells whether it did while a representation was rendered. */
  changes = 0;
  readonly #onNotify: (resource: Resource) => void;

  /** @internal Use {@link Site.add}. */
  constructor(
    path: readonly string[],
    definition: ResourceDefinition,
    onNotify: (resource: Resource) => void,
  ) {
    this.path = path;
    this.definition = definition;
    this.#onNotify = onNotify;
  }

  /** The state has changed: observers get its new representation (RFC 7641 §4.2). */
  notify(): void {
    this.changes += 1;
    this.#onNotify(this);
  }

  handler(method: number): Handler | undefined {
    const { definition } = this;
    switch (method) {
      case GET:
        return definition.get;
      case POST:
        return definition.post;
      case PUT:
        return definition.put;
      case DELETE:
        return definition.delete;
      case FETCH:
        return definition.fetch;
      case PATCH:
        return definition.patch;
      case IPATCH:
        return definition.ipatch;
      default:
        return undefined;
    }
  }

  /** Its entry in /.well-known/core. */
  get link(): Link {
    const { title, rt, if: interfaces, ct, sz, observable, protectedBy } = this.definition;
    const attributes: [string, string | true][] = [];
    if (title !== undefined) attributes.push(["title", title]);
    if (rt !== undefined) attributes.push(["rt", rt]);
    if (interfaces !== undefined) attributes.push(["if", interfaces]);
    if (ct && ct.length > 0) attributes.push(["ct", ct.join(" ")]);
    if (sz !== undefined) attributes.push(["sz", String(sz)]);
    if (observable) attributes.push(["obs", true]);
    // RFC 8613 §9
    if (protectedBy) attributes.push(["osc", true]);
    const target = this.path.map((segment) => `/${encodePercent(segment, SEGMENT_CHARACTERS)}`).join("");
    return { target: target === "" ? "/" : target, attributes };
  }
}
