/**
 * Keys as a feature of a device: its messages are protected with those that it was given before it started. Without any
 * there is no OSCORE layer, which would only take memory: nobody reaches what is protected then.
 */

import type { Site } from "../../coap/server/site.js";
import type { DeviceContext, Feature, FeatureEndpointOptions } from "../../feature.js";
import type { CryptoPlatform, Platform } from "../../ports/platform.js";
import { CombinedRequests } from "../../security/edhoc/combined/combined-requests.js";
import { EdhocServer, WELL_KNOWN_EDHOC } from "../../security/edhoc/coap/server.js";
import { KnownCredentials } from "../../security/edhoc/credential.js";
import type { EdhocSession } from "../../security/edhoc/session.js";
import type { SecurityContexts } from "../../security/oscore/contexts/security-contexts.js";
import { SessionContexts } from "../../security/oscore/contexts/session-contexts.js";
import { oscore } from "../../security/oscore/layer/oscore.js";
import { openStoredContexts } from "./stored-contexts.js";
import { openStoredCredentials, type StoredCredentials } from "./stored-credentials.js";

/**
 * Protects a device by the keys in its storage: security contexts of OSCORE (RFC 8613), and a credential with which
 * peers run EDHOC at /.well-known/edhoc (RFC 9528), for combined requests (RFC 9668), too.
 *
 * @example const device = new Device(platform, [keys(), diagnostics()]);
 */
export function keys(): Feature {
  return new Keys();
}

class Keys implements Feature {
  readonly name = "keys";
  #server: EdhocServer | undefined;
  #contexts: SecurityContexts | undefined;
  #credentials: StoredCredentials | undefined;
  #site: Site | undefined;

  /** @throws {Error} for a host without cryptography */
  async endpointOptions(platform: Platform): Promise<FeatureEndpointOptions> {
    if (!hasCrypto(platform)) throw new Error("keys: expected a host with cryptography, got one without");
    const contexts = openStoredContexts(platform);
    this.#contexts = contexts;
    // Each on a stack of its own: a device's has 512 slots.
    await Promise.resolve();
    this.#credentials = openStoredCredentials(platform);
    this.#server = this.#credentials && edhocServer(platform, contexts, this.#credentials);
    if (this.#server !== undefined)
      return { oscore: new CombinedRequests(this.#server).around(oscore({ contexts })) };
    return contexts.size === 0 ? {} : { oscore: oscore({ contexts }) };
  }

  start({ site }: DeviceContext): void {
    if (this.#server === undefined) return;
    this.#site = site;
    site.add(WELL_KNOWN_EDHOC, this.#server.resource);
  }

  stop(): void {
    this.#site?.remove(WELL_KNOWN_EDHOC);
    this.#server?.close();
    this.#contexts?.close();
    this.#credentials?.own.privateKey.fill(0);
    this.#site = this.#server = this.#contexts = this.#credentials = undefined;
  }
}

function hasCrypto(platform: Platform): platform is CryptoPlatform {
  return platform.crypto !== undefined;
}

/** Where peers run EDHOC; undefined for a credential that this host cannot use. */
function edhocServer(
  platform: CryptoPlatform,
  contexts: SecurityContexts,
  credentials: StoredCredentials,
): EdhocServer | undefined {
  const sessions = new SessionContexts(contexts);
  try {
    return new EdhocServer({
      platform,
      credentials: [credentials.own],
      peers: new KnownCredentials(platform.crypto, credentials.peers),
      isTaken: (id) => contexts.find(id, undefined).length > 0,
      onSession: (session) => keep(sessions, session),
    });
  } catch (error) {
    // A credential of a curve that this host has not.
    platform.console.log(`keys: the credential cannot be used: ${String(error)}`);
    return undefined;
  }
}

function keep(sessions: SessionContexts, session: EdhocSession): void {
  try {
    session.useOscore((parameters) => sessions.add(session.peer.name!, parameters));
  } finally {
    session.close();
  }
}
