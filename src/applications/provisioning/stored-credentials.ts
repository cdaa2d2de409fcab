/** The credential of EDHOC that a device was given, and those of the peers that it trusts. RFC 9528 §3.5. */

import { ccsCredential, type Credential, type OwnCredential } from "../../security/edhoc/credential.js";
import type { KeyValueStorage } from "../../ports/key-value.js";
import type { Platform } from "../../ports/platform.js";
import { Table } from "../../storage/table.js";
import { decodeOwnCredential } from "./own-credential-record.js";
import { KEYS_DOMAIN } from "./stored-contexts.js";

/** How many peers a device can be told to trust. */
export const MAX_STORED_PEERS = 8;

/** Key of the device's own in {@link KEYS_DOMAIN}. */
export const CREDENTIAL_KEY = "credential";

/** What is needed to run EDHOC. */
export interface StoredCredentials {
  readonly own: OwnCredential;
  /** Each called by the key of its row, such as `peer.0`. */
  readonly peers: readonly Credential[];
}

/** The table of peers in {@link KEYS_DOMAIN}. */
export function peerTable(keys: KeyValueStorage): Table {
  return new Table(keys, "peer", MAX_STORED_PEERS);
}

/**
 * What the device was given; undefined where it has no credential, or one that cannot be used. That is said on the
 * console, as are peers that cannot be trusted as nobody can be known by what is stored of them.
 */
export function openStoredCredentials({ keyValue, console }: Platform): StoredCredentials | undefined {
  try {
    const keys = keyValue.open({ path: KEYS_DOMAIN });
    const value = keys.read(CREDENTIAL_KEY);
    if (value === undefined) return undefined;
    const own = decodeOwnCredential(new Uint8Array(value));
    const table = peerTable(keys);
    const peers: Credential[] = [];
    for (const row of table.rows())
      try {
        peers.push({ ...ccsCredential(table.get(row)!), name: table.keyOf(row) });
      } catch (error) {
        console.log(`keys: ${table.keyOf(row)} cannot be used: ${String(error)}`);
      }
    return { own, peers };
  } catch (error) {
    console.log(`keys: the credential cannot be used: ${String(error)}`);
    return undefined;
  }
}
