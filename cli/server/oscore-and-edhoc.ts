/** What protects the messages of a server: security contexts of files, and those of sessions of EDHOC. */

import { FileContexts } from "../../services/credentials/file-contexts.js";
import type { FileCredentials } from "../../services/credentials/file-credentials.js";
import { NODE_EDHOC_LIMITS, NODE_SESSION_LIMITS } from "../../hosts/node/limits.js";
import { nodeCrypto } from "../../hosts/node/crypto/node-crypto.js";
import { nodePlatform } from "../../hosts/node/platform.js";
import type { MessageProtectionFactory } from "../../src/coap/requesting/message-protection.js";
import type { Site } from "../../src/coap/server/site.js";
import { EdhocServer, WELL_KNOWN_EDHOC } from "../../src/security/edhoc/coap/server.js";
import { CombinedRequests } from "../../src/security/edhoc/combined/combined-requests.js";
import type { SecurityContexts } from "../../src/security/oscore/contexts/security-contexts.js";
import { SessionContexts } from "../../src/security/oscore/contexts/session-contexts.js";
import { oscore } from "../../src/security/oscore/layer/oscore.js";
import { readCredentials, printSession } from "../keys/edhoc-option.js";
import type { EdhocFlags } from "../keys/peer-option.js";

export interface ServerProtectionFlags extends EdhocFlags {
  /** Files of security contexts. */
  readonly oscore?: readonly string[];
  /** Files of our credentials. */
  readonly edhoc?: readonly string[];
  readonly verbose?: true;
}

export interface ServerProtection {
  /** For the endpoints. */
  readonly factory: MessageProtectionFactory;
  /** Where peers run EDHOC; undefined without credentials. */
  readonly edhoc: EdhocServer | undefined;
}

/**
 * Runs `use` with what the flags ask for; with nothing where they ask for none.
 * @throws {UsageError} @throws {SecretFileError} @throws {Error} with the system's code when a file cannot be read
 */
export async function withServerProtection<T>(
  flags: ServerProtectionFlags,
  use: (protection: ServerProtection | undefined) => Promise<T>,
): Promise<T> {
  const { oscore: paths = [], edhoc: credentialPaths = [] } = flags;
  const credentials = readCredentials(credentialPaths, flags);
  if (credentials === undefined && paths.length === 0) return use(undefined);
  const files = new FileContexts(paths, credentials ? NODE_SESSION_LIMITS.sessions : 0);
  let edhoc: EdhocServer | undefined;
  try {
    edhoc = credentials && edhocServer(credentials, files.contexts, flags);
    const layer = oscore(files);
    // Without it, the option of combined requests is one that is not known: 4.02.
    const takesCombined = flags.edhocFlow !== "sequential";
    return await use({ factory: takesCombined ? new CombinedRequests(edhoc).around(layer) : layer, edhoc });
  } finally {
    edhoc?.close();
    files.close();
  }
}

/** Adds the resource at which peers run EDHOC, where there is any. */
export function mountEdhoc(site: Site, protection: ServerProtection | undefined): void {
  if (protection?.edhoc) site.add(WELL_KNOWN_EDHOC, protection.edhoc.resource);
}

function edhocServer(
  { credentials, peers, suites }: FileCredentials,
  contexts: SecurityContexts,
  { verbose, edhocFlow }: ServerProtectionFlags,
): EdhocServer {
  const sessions = new SessionContexts(contexts, NODE_SESSION_LIMITS);
  return new EdhocServer({
    platform: { ...nodePlatform(), crypto: nodeCrypto },
    credentials,
    peers,
    suites,
    message4: edhocFlow === "message-4" && "optional",
    limits: NODE_EDHOC_LIMITS,
    isTaken: (id) => contexts.find(id, undefined).length > 0,
    onSession: (session, remote) => {
      session.useOscore((parameters) => sessions.add(String(session.peer.name), parameters));
      if (verbose) printSession(session, remote);
      session.close();
    },
  });
}
