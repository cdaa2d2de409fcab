/**
 * A resource directory: endpoints register what they offer, clients look it up. RFC 9176 §5 (registration), §5.1
 * (simple registration), §5.3 (operations on a registration), §6 (look-up).
 *
 * Whoever reaches it may register any name: it is for networks whose members trust each other. Nothing is secured that
 * would need requests to be fresh (RFC 9176 §5.3.4).
 */

import { decodeUtf8, encodeUtf8, Utf8Error } from "../../../bytes/utf8.js";
import type { Client } from "../../../coap/client/client.js";
import {
  BAD_GATEWAY,
  BAD_REQUEST,
  GATEWAY_TIMEOUT,
  METHOD_NOT_ALLOWED,
  NOT_FOUND,
  UNSUPPORTED_CONTENT_FORMAT,
} from "../../../coap/codec/code.js";
import { LINK_FORMAT } from "../../../coap/codec/content-format.js";
import { formatLinks, LinkFormatError, type Link } from "../../../coap/codec/link-format.js";
import { CoapError, TimeoutError } from "../../../coap/errors.js";
import type { Handler, Resource } from "../../../coap/server/resource.js";
import type { Request } from "../../../coap/server/request.js";
import { RequestError } from "../../../coap/server/request-error.js";
import { changed, content, created, deleted, type Response } from "../../../coap/server/response.js";
import type { Site } from "../../../coap/server/site.js";
import type { KeyValue } from "../../../ports/key-value.js";
import type { Platform } from "../../../ports/platform.js";
import {
  DEFAULT_LIFETIME_S,
  ENDPOINT_LOOKUP_TYPE,
  RD_TYPE,
  RegistrationParameterError,
  RESOURCE_LOOKUP_TYPE,
} from "../parameters.js";
import { LinkReferenceError } from "../reference.js";
import { DEFAULT_DIRECTORY_LIMITS, type DirectoryLimits } from "./limits.js";
import { lookupEndpoints, lookupResources, parseLookup } from "./lookup.js";
import { overrideAttributes, parseParameters, type GivenParameters } from "./parameters.js";
import { implicitBase, RD_PATH, uriOf, zoneOf, zoneOfBase } from "./registration.js";
import { Registrations, type Entry } from "./registrations.js";
import { SenderCheck } from "./sender-check.js";
import { RegistrationStorage } from "./storage.js";

/** Paths of the look-ups. */
export const ENDPOINT_LOOKUP_PATH = "rd-lookup/ep";
export const RESOURCE_LOOKUP_PATH = "rd-lookup/res";
/** Path of simple registration (RFC 9176 §5.1). */
export const SIMPLE_PATH = ".well-known/rd";
/** Domain of the storage. */
const DOMAIN = "rd";

export interface DirectoryOptions {
  readonly platform: Pick<Platform, "timers" | "clock" | "random" | "console">;
  /** Keeps the registrations; without it they end with the directory. */
  readonly keyValue?: KeyValue;
  /** Asks simple registrants for their links; looked at when there is one. */
  readonly client: () => Pick<Client, "get">;
  readonly limits?: Partial<DirectoryLimits>;
  /** Unix time in milliseconds: lifetimes go on while the directory is off. Without it they begin anew. */
  readonly unixMs?: () => number;
  /** False takes simple registrations without Echo, for registrants that do not know it (RFC 9176 §5.1). */
  readonly checksSenders?: boolean;
}

export class Directory {
  readonly #client: () => Pick<Client, "get">;
  readonly #platform: DirectoryOptions["platform"];
  readonly #limits: DirectoryLimits;
  readonly #unixMs: (() => number) | undefined;
  readonly #registrations: Registrations;
  readonly #storage: RegistrationStorage | undefined;
  readonly #senders: SenderCheck | undefined;
  readonly #lookups: readonly Resource[];

  /** Offers a directory, with what it kept. @throws {RangeError} when one of its paths is taken */
  constructor(
    site: Site,
    { platform, keyValue, client, limits, unixMs, checksSenders = true }: DirectoryOptions,
  ) {
    this.#client = client;
    this.#platform = platform;
    this.#limits = { ...DEFAULT_DIRECTORY_LIMITS, ...limits };
    this.#unixMs = unixMs;
    if (checksSenders) this.#senders = new SenderCheck(platform, this.#limits.challenges);
    this.#storage = keyValue && new RegistrationStorage(keyValue.open({ path: DOMAIN }), platform.console);
    let isLoading = true;
    this.#registrations = new Registrations({
      platform,
      limits: this.#limits,
      onChange: () => this.#lookups?.forEach((resource) => resource.notify()),
      onSave: (id, entry) => {
        if (!isLoading) this.#save(id, entry);
      },
    });
    this.#load();
    isLoading = false;
    this.#lookups = this.#mount(site);
  }

  /** How many registrations there are, expired ones included. */
  get size(): number {
    return this.#registrations.size;
  }

  /** Stops its timer, and lets go of the storage. */
  close(): void {
    this.#registrations.close();
    this.#storage?.close();
  }

  #mount(site: Site): readonly Resource[] {
    const { documentBytes } = this.#limits;
    site.add(RD_PATH, {
      title: "Resource directory",
      rt: RD_TYPE,
      ct: [LINK_FORMAT],
      subtree: true,
      maxBodyBytes: documentBytes,
      post: refusing((request) =>
        request.rest.length === 0 ? this.#register(request) : this.#update(request),
      ),
      delete: refusing((request) => this.#remove(request)),
    });
    site.add(SIMPLE_PATH, {
      hidden: true,
      post: (request) => this.#registerSimply(request).catch(refuse),
    });
    return [
      site.add(ENDPOINT_LOOKUP_PATH, {
        title: "Registered endpoints",
        rt: ENDPOINT_LOOKUP_TYPE,
        ct: [LINK_FORMAT],
        observable: true,
        get: onOwnStack(({ query, remote }) =>
          answer(lookupEndpoints(this.#registrations.active, parseLookup(query), remote)),
        ),
      }),
      site.add(RESOURCE_LOOKUP_PATH, {
        title: "Registered resources",
        rt: RESOURCE_LOOKUP_TYPE,
        ct: [LINK_FORMAT],
        observable: true,
        get: onOwnStack(({ query, remote }) =>
          answer(lookupResources(this.#registrations.active, parseLookup(query), remote)),
        ),
      }),
    ];
  }

  /** §5: under the same name and sector, at the same location. */
  #register({ query, payload, contentFormat, remote }: Request): Response {
    if (contentFormat !== undefined && contentFormat !== LINK_FORMAT)
      throw new RequestError(
        UNSUPPORTED_CONTENT_FORMAT,
        `expected Content-Format ${LINK_FORMAT}, got ${contentFormat}`,
      );
    const parameters = this.#parameters(query);
    const { ep, d, base, lt = DEFAULT_LIFETIME_S, attributes } = parameters;
    const id = this.#registrations.find(ep, d)?.registration.id ?? this.#registrations.newId();
    const effective = base ?? implicitBase(remote);
    this.#registrations.set({
      id,
      ep,
      d,
      lt,
      base: effective,
      hasExplicitBase: base !== undefined,
      zone: zoneOfBase(effective, remote),
      attributes,
      document: decodeUtf8(payload),
      isSimple: false,
    });
    return created([RD_PATH, id]);
  }

  /** §5.3.1 */
  #update({ rest, query, payload, remote }: Request): Response {
    const { registration } = this.#find(rest);
    if (payload.length > 0) throw new RequestError(BAD_REQUEST, "expected an update without payload");
    const { ep, d, lt, base, attributes } = parseParameters(query, this.#limits.attributes);
    if ((ep ?? registration.ep) !== registration.ep || (d ?? registration.d) !== registration.d)
      throw new RequestError(BAD_REQUEST, "expected no other ep and d than those of the registration");
    const hasExplicitBase = base !== undefined || registration.hasExplicitBase;
    const kept = registration.hasExplicitBase ? registration.base : implicitBase(remote);
    const merged = overrideAttributes(registration.attributes, attributes);
    if (merged.length > this.#limits.attributes)
      throw new RequestError(
        BAD_REQUEST,
        `limit attributes (${this.#limits.attributes}) of the directory reached`,
      );
    const keepsBase = base === undefined && registration.hasExplicitBase;
    this.#registrations.set({
      ...registration,
      lt: lt ?? registration.lt,
      base: base ?? kept,
      hasExplicitBase,
      zone: keepsBase ? registration.zone : zoneOfBase(base ?? kept, remote),
      attributes: merged,
    });
    return changed();
  }

  /** §5.3.2 */
  #remove({ rest }: Request): Response {
    if (rest.length === 0)
      throw new RequestError(METHOD_NOT_ALLOWED, "expected the location of a registration");
    this.#registrations.remove(this.#find(rest).registration.id);
    return deleted();
  }

  /** §5.1: the links come from the registrant's /.well-known/core, unless what is known of it is fresh. */
  async #registerSimply(request: Request): Promise<Response> {
    await Promise.resolve();
    const { query, payload, remote } = request;
    if (payload.length > 0)
      throw new RequestError(BAD_REQUEST, "expected a simple registration without payload");
    const { ep, d, base, lt = DEFAULT_LIFETIME_S, attributes } = this.#parameters(query);
    if (base !== undefined)
      throw new RequestError(BAD_REQUEST, "expected no parameter base in a simple registration");
    this.#senders?.require(request);
    const effective = implicitBase(remote);
    const zone = zoneOf(remote);
    let known = this.#registrations.find(ep, d);
    const nowMs = this.#platform.clock.monotonicMs();
    const isFresh =
      known !== undefined &&
      known.registration.isSimple &&
      known.registration.base === effective &&
      known.registration.zone === zone &&
      known.freshUntilMs > nowMs;
    const links = isFresh
      ? { document: known!.registration.document, freshForMs: known!.freshUntilMs - nowMs }
      : await this.#fetchLinks(`${uriOf(remote)}.well-known/core`);
    // Another request may have been quicker.
    known = this.#registrations.find(ep, d);
    const { document, freshForMs } = links;
    const id = known?.registration.id ?? this.#registrations.newId();
    this.#registrations.set(
      { id, ep, d, lt, base: effective, hasExplicitBase: false, zone, attributes, document, isSimple: true },
      freshForMs,
    );
    return changed();
  }

  async #fetchLinks(uri: string): Promise<{ readonly document: string; readonly freshForMs: number }> {
    const { fetchTimeoutMs: timeoutMs, documentBytes: maxBodyBytes, maxFreshS } = this.#limits;
    try {
      const response = await this.#client().get(uri, { accept: LINK_FORMAT, timeoutMs, maxBodyBytes });
      return { document: response.text(), freshForMs: Math.min(response.maxAge, maxFreshS) * 1000 };
    } catch (error) {
      if (!(error instanceof CoapError)) throw error;
      const code = error instanceof TimeoutError ? GATEWAY_TIMEOUT : BAD_GATEWAY;
      throw new RequestError(code, `expected links from ${uri}, got ${error.name}: ${error.message}`);
    }
  }

  #parameters(query: readonly string[]): GivenParameters & { readonly ep: string } {
    const parameters = parseParameters(query, this.#limits.attributes);
    const { ep } = parameters;
    if (ep === undefined) throw new RequestError(BAD_REQUEST, "expected parameter ep");
    return { ...parameters, ep };
  }

  /** @throws {RequestError} 4.04; for simple registrations too, which have no location (§5.1) */
  #find(rest: readonly string[]): Entry {
    const entry = rest.length === 1 ? this.#registrations.get(rest[0]!) : undefined;
    if (!entry || entry.registration.isSimple) throw new RequestError(NOT_FOUND, "no such registration");
    return entry;
  }

  #load(): void {
    const { console } = this.#platform;
    for (const { registration, expiresAtUnixMs } of this.#storage?.load() ?? []) {
      const lifetimeMs = registration.lt * 1000;
      const restMs =
        expiresAtUnixMs === undefined || !this.#unixMs ? lifetimeMs : expiresAtUnixMs - this.#unixMs();
      try {
        this.#registrations.set(registration, 0, Math.min(Math.max(restMs, 0), lifetimeMs));
      } catch (error) {
        console.log(`rd: stored registration ${registration.id} left out: ${String(error)}`);
      }
    }
  }

  #save(id: string, entry: Entry | undefined): void {
    try {
      if (!entry) this.#storage?.delete(id);
      else {
        const { registration, expiresAtMs } = entry;
        const remainingMs = expiresAtMs - this.#platform.clock.monotonicMs();
        const unixMs = this.#unixMs?.();
        this.#storage?.save({
          registration,
          expiresAtUnixMs: unixMs === undefined ? undefined : unixMs + remainingMs,
        });
      }
    } catch (error) {
      this.#platform.console.log(`rd: registration ${id} not stored: ${String(error)}`);
    }
  }
}

function answer(links: readonly Link[]): Response {
  return content(encodeUtf8(formatLinks(links)), LINK_FORMAT);
}

/** A registrant's fault becomes 4.00. */
function refuse(error: unknown): never {
  const isRequest =
    error instanceof RegistrationParameterError ||
    error instanceof LinkReferenceError ||
    error instanceof LinkFormatError ||
    error instanceof Utf8Error;
  if (isRequest) throw new RequestError(BAD_REQUEST, error.message);
  throw error;
}

function refusing(handler: (request: Request) => Response): Handler {
  return onOwnStack((request) => {
    try {
      return handler(request);
    } catch (error) {
      return refuse(error);
    }
  });
}

/** Answers when the layers below have returned: a device's stack has 512 slots, and they take most of it. */
function onOwnStack(handler: (request: Request) => Response): Handler {
  return async (request) => {
    await Promise.resolve();
    return handler(request);
  };
}
