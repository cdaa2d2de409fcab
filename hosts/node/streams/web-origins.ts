/**
 * Which web pages may open a WebSocket: a browser lets every page try, and says whose it is in Origin. RFC 6455 §10.2,
 * RFC 6454 §7.
 */

import type { IncomingHttpHeaders } from "node:http";
import { isIP } from "node:net";

/** Lets the pages of all origins in. */
const ANY_ORIGIN = "*";
/** What a browser says of a page that has no origin of its own, such as a local file (RFC 6454 §7.1). */
const NO_ORIGIN = "null";

/**
 * An origin as browsers write it: scheme, host, and the port where it is not the scheme's.
 * @throws {RangeError} for what is none, and neither `*` nor `null`
 */
export function parseOrigin(text: string): string {
  if (text === ANY_ORIGIN || text === NO_ORIGIN) return text;
  if (/^[a-z][a-z0-9+.-]*:\/\/[^/?#@\s]+$/iu.test(text) && URL.canParse(text)) {
    const { origin } = new URL(text);
    // Schemes that the URL standard does not know, as extensions of browsers have.
    return origin === NO_ORIGIN ? text.toLowerCase() : origin;
  }
  throw new RangeError(
    `expected an origin such as https://example.com:8443, ${ANY_ORIGIN} or null, got ${text}`,
  );
}

/** Says who may open a WebSocket, by the header fields of the handshake. */
export class WebOrigins {
  readonly #allowed: ReadonlySet<string>;
  readonly #scheme: "http" | "https";

  /**
   * @param allowed origins beside the server's own, as {@link parseOrigin} takes them
   * @param isSecure the server has TLS
   * @throws {RangeError}
   */
  constructor(allowed: readonly string[], isSecure: boolean) {
    this.#allowed = new Set(allowed.map(parseOrigin));
    this.#scheme = isSecure ? "https" : "http";
  }

  /** Programs send no Origin: they could say in it what they want. */
  admits({ host, origin, "sec-websocket-origin": draftOrigin }: IncomingHttpHeaders): boolean {
    // The second name is that of version 8 of the protocol, which `ws` takes, too.
    const claimed = origin ?? draftOrigin;
    if (claimed === undefined || this.#allowed.has(ANY_ORIGIN)) return true;
    if (typeof claimed !== "string") return false;
    return this.#allowed.has(claimed) || (host !== undefined && claimed === this.#ownOrigin(host));
  }

  /** That of a page at the same port; undefined where the name may be that of somebody else. */
  #ownOrigin(host: string): string | undefined {
    const url = `${this.#scheme}://${host}`;
    if (!URL.canParse(url)) return undefined;
    const { hostname, origin } = new URL(url);
    // With TLS the certificate says whose the name is. Without, it may be somebody else's, who lets it lead to us meanwhile.
    const isOurs = this.#scheme === "https" || isLocalName(hostname) || isIP(plain(hostname)) !== 0;
    return isOurs ? origin : undefined;
  }
}

/** RFC 6761 §6.3: names that lead nowhere but here. */
function isLocalName(name: string): boolean {
  return name === "localhost" || name.endsWith(".localhost");
}

/** A host of a URL without the brackets of IPv6. */
function plain(hostname: string): string {
  return hostname.replace(/^\[|\]$/gu, "");
}
