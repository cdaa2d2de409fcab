/** Protects a device's messages with the keys that it was given. */

import type { ProtectionFactory } from "../coap/requesting/protection.js";
import type { Site } from "../coap/server/site.js";
import { CombinedRequests } from "../edhoc/combined/combined-requests.js";
import { EdhocServer, WELL_KNOWN_EDHOC } from "../edhoc/coap/server.js";
import { KnownCredentials } from "../edhoc/credential.js";
import type { EdhocSession } from "../edhoc/session.js";
import type { SecurityContexts } from "../oscore/contexts/security-contexts.js";
import { SessionContexts } from "../oscore/contexts/session-contexts.js";
import { oscore } from "../oscore/layer/oscore.js";
import type { CryptoPlatform } from "../platform.js";
import { openStoredContexts } from "./stored-contexts.js";
import { openStoredCredentials } from "./stored-credentials.js";

/**
 * What an endpoint protects messages with: security contexts (RFC 8613), and those of sessions that peers begin at
 * /.well-known/edhoc of the site (RFC 9528) where the device has a credential. Undefined where it has no keys: nobody
 * reaches what is protected then, and the layer would only take memory.
 */
export async function protectionByStoredKeys(
  platform: CryptoPlatform,
  site: Site,
): Promise<ProtectionFactory | undefined> {
  // Each on a stack of its own: a device's has 512 slots.
  await Promise.resolve();
  const contexts = openStoredContexts(platform);
  await Promise.resolve();
  const edhoc = edhocServer(platform, contexts);
  if (edhoc === undefined) return contexts.size === 0 ? undefined : oscore({ contexts });
  site.add(WELL_KNOWN_EDHOC, edhoc.resource);
  return new CombinedRequests(edhoc).around(oscore({ contexts }));
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
