/** The tree of resources that a server offers. */

import { encodeUtf8 } from "../../bytes/utf8.js";
import { LINK_FORMAT } from "../codec/content-format.js";
import { NOT_ACCEPTABLE } from "../codec/code.js";
import { formatLinks, matchesFilter, type Link } from "../codec/link-format.js";
import { URI_PATH } from "../codec/option-number.js";
import type { OptionsView } from "../codec/options-view.js";
import { requireKnown } from "../known-names.js";
import type { Request } from "./request.js";
import { RequestError } from "./request-error.js";
import { RESOURCE_DEFINITION, Resource, type ResourceDefinition } from "./resource.js";
import { content, type Response } from "./response.js";

class Node {
  readonly segment: Uint8Array;
  readonly children: Node[] = [];
  resource: Resource | undefined;

  constructor(segment: Uint8Array) {
    this.segment = segment;
  }

  child(bytes: Uint8Array, start: number, end: number): Node | undefined {
    const { children } = this;
    // By index: an iterator costs a device as much as the comparison.
    const { length } = children;
    for (let place = 0; place < length; place += 1) {
      const node = children[place]!;
      const { segment } = node;
      let left = end - start;
      if (segment.length !== left) continue;
      while (left > 0 && segment[left - 1] === bytes[start + left - 1]) left -= 1;
      if (left === 0) return node;
    }
    return undefined;
  }
}

export interface Found {
  readonly resource: Resource;
  /** How many segments of the path led to it. */
  readonly depth: number;
}

/** Path of the list of resources (RFC 6690 §4). */
const WELL_KNOWN_CORE = ".well-known/core";

function listLinks({ accept, query }: Request, all: readonly Link[]): Response {
  if (accept !== undefined && accept !== LINK_FORMAT)
    throw new RequestError(NOT_ACCEPTABLE, `expected Accept ${LINK_FORMAT}, got ${accept}`);
  const links = all.filter((link) => query.every((filter) => matchesFilter(link, filter)));
  return content(encodeUtf8(formatLinks(links)), LINK_FORMAT);
}

export class Site {
  readonly #root = new Node(new Uint8Array(0));
  readonly #resources: Resource[] = [];
  /** The servers that offer this site, one an endpoint. */
  readonly #listeners = new Set<(resource: Resource) => void>();

  /** A site with /.well-known/core in it, which lists what is added. */
  constructor() {
    this.add(WELL_KNOWN_CORE, {
      ct: [LINK_FORMAT],
      hidden: true,
      get: (request) => listLinks(request, this.links),
    });
  }

  /** Entries of /.well-known/core. */
  get links(): Link[] {
    return this.#resources.filter(({ definition }) => !definition.hidden).map(({ link }) => link);
  }

  /**
   * Offers a resource.
   * @param path segments separated by "/", without one in front; "" is the root. A last empty segment is one.
   * @throws {RangeError} when there is one already at this path @throws {TypeError} for a property that there is not
   */
  add(path: string, definition: ResourceDefinition): Resource {
    requireKnown("what defines a resource", definition, RESOURCE_DEFINITION);
    const segments = path === "" ? [] : path.split("/");
    let node = this.#root;
    for (const segment of segments) {
      const bytes = encodeUtf8(segment);
      let next = node.child(bytes, 0, bytes.length);
      if (!next) {
        next = new Node(bytes);
        node.children.push(next);
      }
      node = next;
    }
    if (node.resource) throw new RangeError(`expected a path that is not taken yet, got /${path}`);
    const resource = new Resource(segments, definition, (changed) => {
      for (const listener of this.#listeners) listener(changed);
    });
    node.resource = resource;
    this.#resources.push(resource);
    return resource;
  }

  /** Takes a resource away; a path that has none is ignored. Its observers are told 4.04. */
  remove(path: string): void {
    let node: Node | undefined = this.#root;
    for (const segment of path === "" ? [] : path.split("/")) {
      const bytes = encodeUtf8(segment);
      node = node?.child(bytes, 0, bytes.length);
    }
    const resource = node?.resource;
    if (!node || !resource) return;
    node.resource = undefined;
    this.#resources.splice(this.#resources.indexOf(resource), 1);
    resource.notify();
  }

  /** The resource that the options' Uri-Path leads to. */
  find(options: OptionsView, bytes: Uint8Array): Found | undefined {
    let node: Node | undefined = this.#root;
    let depth = 0;
    let subtree: Found | undefined;
    options.visit((number, start, end) => {
      if (number > URI_PATH) return true;
      if (number < URI_PATH) return false;
      if (node?.resource?.definition.subtree) subtree = { resource: node.resource, depth };
      node = node?.child(bytes, start, end);
      depth += 1;
      return false;
    });
    return node?.resource ? { resource: node.resource, depth } : subtree;
  }

  /** @internal Called by a server: tells it which resources changed, until {@link detach}. */
  attach(listener: (resource: Resource) => void): void {
    this.#listeners.add(listener);
  }

  /** @internal */
  detach(listener: (resource: Resource) => void): void {
    this.#listeners.delete(listener);
  }
}
