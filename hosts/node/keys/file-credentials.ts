/** What EDHOC needs of this endpoint, of files: its credentials, and those of the peers that it trusts. RFC 9528 §3.5. */

import { authenticationCurve } from "../../../src/edhoc/authentication.js";
import { cipherSuite } from "../../../src/edhoc/cipher-suite.js";
import {
  KnownCredentials,
  type CredentialSource,
  type OwnCredential,
} from "../../../src/edhoc/credential.js";
import { nodeCrypto } from "../crypto/node-crypto.js";
import { readOwnCredential, readPeerCredential } from "./credential-file.js";
import type { KeyUse } from "./credential-record.js";

/** The cipher suites that there is code for, those of P-256 first: all implementations have them (RFC 9528 §8). */
const SUITES: readonly number[] = [2, 3, 0, 1];

export class FileCredentials {
  /** For an `EdhocServer` and for `establishEdhoc`, as are the others. */
  readonly credentials: readonly OwnCredential[];
  /** Each called by the path of its file. */
  readonly peers: CredentialSource;
  /** The cipher suites that the keys fit, preferred ones first. */
  readonly suites: readonly number[];
  /** What the peers' keys are for. */
  readonly peerUses: ReadonlySet<KeyUse>;

  /**
   * @throws {SecretFileError} where a file is not what it should be
   * @throws {Error} with the system's code when one cannot be read
   */
  constructor(paths: readonly string[], peerPaths: readonly string[]) {
    const own = paths.map(readOwnCredential);
    const peers = peerPaths.map(readPeerCredential);
    this.credentials = own;
    this.peers = new KnownCredentials(nodeCrypto, peers);
    this.suites = SUITES.filter((number) => own.some((credential) => fits(number, credential)));
    this.peerUses = new Set(peers.map(({ use }) => use));
  }
}

function fits(suite: number, { curve, use }: OwnCredential): boolean {
  return authenticationCurve(cipherSuite(suite)!, use === "signature") === curve;
}
