/** What `--edhoc` means on both sides: credentials, and whom to trust. RFC 9528 §3.5. */

import type { X509Certificate } from "node:crypto";
import { FileCredentials } from "../../services/credentials/file-credentials.js";
import type { EdhocSession } from "../../src/security/edhoc/session.js";
import { formatPeer } from "../client/destination.js";
import { UsageError } from "../exit-code.js";
import type { EdhocFlags } from "./peer-option.js";

/**
 * The credentials of `paths`, and those of the peers that are named; undefined where there is neither.
 * @param accept as {@link FileCredentials} has it
 * @throws {UsageError} where there is only one of them: nobody is trusted unasked
 * @throws as {@link FileCredentials}
 */
export function readCredentials(
  paths: readonly string[],
  { edhocPeer: peerPaths = [], edhocFlow }: EdhocFlags,
  accept?: (certificate: X509Certificate) => boolean,
): FileCredentials | undefined {
  if (paths.length === 0 && edhocFlow !== undefined)
    throw new UsageError("expected --edhoc with our credential beside --edhoc-flow, got none");
  if (paths.length === 0 && peerPaths.length === 0) return undefined;
  if (peerPaths.length === 0)
    throw new UsageError("expected --edhoc-peer with whom to trust beside --edhoc, got none");
  if (paths.length === 0)
    throw new UsageError("expected --edhoc with our credential beside --edhoc-peer, got none");
  return new FileCredentials(paths, peerPaths, accept);
}

/** `--verbose`: a peer has shown who it is. */
export function printSession(
  { peer, method, suite }: EdhocSession,
  remote: { readonly address: string; readonly port: number },
): void {
  process.stderr.write(
    `edhoc: ${formatPeer(remote)} is ${peer.name}, by method ${method} and cipher suite ${suite.number}\n`,
  );
}
