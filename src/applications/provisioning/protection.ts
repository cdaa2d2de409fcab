/** Protects a device's messages with the keys that it was given. */

import type { ProtectionFactory } from "../../coap/requesting/protection.js";
import type { Site } from "../../coap/server/site.js";
import { CombinedRequests } from "../../security/edhoc/combined/combined-requests.js";
import { EdhocServer, WELL_KNOWN_EDHOC } from "../../security/edhoc/coap/server.js";
import { KnownCredentials } from "../../security/edhoc/credential.js";
import type { EdhocSession } from "../../security/edhoc/session.js";
import type { DeviceContext, Feature } from "../../feature.js";
import type { SecurityContexts } from "../../security/oscore/contexts/security-contexts.js";
import { SessionContexts } from "../../security/oscore/contexts/session-contexts.js";
import { oscore } from "../../security/oscore/layer/oscore.js";
import type { CryptoPlatform } from "../../ports/platform.js";
import { openStoredContexts } from "./stored-contexts.js";
import { openStoredCredentials } from "./stored-credentials.js";

/** What a device is made of, where it has keys. */
export interface StoredProtection {
  /** For its endpoint: OSCORE (RFC 8613). */
  readonly factory: ProtectionFactory;
  /** Where peers run EDHOC (RFC 9528); none where the device has no credential. */
  readonly features: readonly Feature[];
}

/**
 * What protects messages by the keys in storage: security contexts, and those of sessions that peers begin. Undefined
 * where there are none: nobody reaches what is protected then, and the layer would only take memory.
 */
export async function protectionByStoredKeys(
  platform: CryptoPlatform,
): Promise<StoredProtection | undefined> {
  // Each on a stack of its own: a device's has 512 slots.
  await Promise.resolve();
  const contexts = openStoredContexts(platform);
  await Promise.resolve();
  const server = edhocServer(platform, contexts);
  if (server !== undefined)
    return {
      factory: new CombinedRequests(server).around(oscore({ contexts })),
      features: [new EdhocFeature(server)],
    };
  return contexts.size === 0 ? undefined : { factory: oscore({ contexts }), features: [] };
}

function edhocServer(platform: CryptoPlatform, contexts: SecurityContexts): EdhocServer | undefined {
  const credentials = openStoredCredentials(platform);
  if (credentials === undefined) return undefined;
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
  sessions.add(session.peer.name!, session.oscore());
  session.close();
}

/** The resource at which peers run EDHOC. */
class EdhocFeature implements Feature {
  readonly name = "edhoc";
  readonly #server: EdhocServer;
  #site: Site | undefined;

  constructor(server: EdhocServer) {
    this.#server = server;
  }

  start({ site }: DeviceContext): void {
    this.#site = site;
    site.add(WELL_KNOWN_EDHOC, this.#server.resource);
  }

  stop(): void {
    this.#site?.remove(WELL_KNOWN_EDHOC);
    this.#server.close();
  }
}
