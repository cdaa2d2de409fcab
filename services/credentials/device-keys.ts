/**
 * Gives a device its keys before it starts: writes them to its flash memory, where src/applications/provisioning finds them, on
 * whichever engine the device runs.
 */

import { equalBytes } from "../../src/bytes/compare.js";
import { CborError } from "../../src/cbor/error.js";
import { BYTE_STRING } from "../../src/cbor/major-type.js";
import { CborReader } from "../../src/cbor/reader.js";
import { authenticationCurve } from "../../src/security/edhoc/authentication.js";
import { cipherSuite } from "../../src/security/edhoc/cipher-suite.js";
import type { Credential } from "../../src/security/edhoc/credential.js";
import { DEFAULT_SUITES } from "../../src/security/edhoc/role.js";
import type { CompleteParameters } from "../../src/security/oscore/context/parameters.js";
import { SecurityContexts } from "../../src/security/oscore/contexts/security-contexts.js";
import { unusedState } from "../../src/security/oscore/contexts/context-state.js";
import { stateKeyOf } from "../../src/security/oscore/contexts/state-key.js";
import { SecurityContextError } from "../../src/security/oscore/errors.js";
import type { Flash } from "../../src/ports/flash.js";
import { decodeContext, encodeContext } from "../../src/applications/provisioning/context-record.js";
import { encodeOwnCredential } from "../../src/applications/provisioning/own-credential-record.js";
import {
  KEYS_DOMAIN,
  MAX_STORED_CONTEXTS,
  STATE_DOMAIN,
  contextTable,
} from "../../src/applications/provisioning/stored-contexts.js";
import {
  CREDENTIAL_KEY,
  MAX_STORED_PEERS,
  peerTable,
} from "../../src/applications/provisioning/stored-credentials.js";
import type { Change } from "../../src/storage/commit.js";
import { FlashKeyValue } from "../../src/storage/flash/key-value.js";
import { StorageFullError } from "../../src/storage/limits.js";
import type { Table } from "../../src/storage/table.js";
import { nodeCrypto } from "../../hosts/node/crypto/node-crypto.js";
import { SecretFileError } from "../../hosts/node/files/rights.js";
import { contextParameters, readContextFile } from "./context-file.js";
import { readOwnCredential, readPeerCredential } from "./credential-file.js";
import { FileState } from "./file-state.js";

/** Paths of files. What is absent stays as it is in the device, what is there replaces all of its kind. */
export interface GivenKeys {
  /** Security contexts of OSCORE (RFC 8613). */
  readonly contexts?: readonly string[] | undefined;
  /** The device's own credential of EDHOC (RFC 9528). */
  readonly credential?: string | undefined;
  /** Credentials of those whom it trusts. */
  readonly peers?: readonly string[] | undefined;
}

interface GivenContext {
  readonly path: string;
  readonly parameters: CompleteParameters;
}

/**
 * The device has these keys from now on. Sequence numbers that it used remain; a security context is its alone, and
 * whoever has the file cannot use it any more.
 * @throws {SecretFileError} where a file is not what it should be, a context was used here, or another device has it
 * @throws {StorageFullError | StorageFormatError | Error} where they cannot be stored
 */
export function giveKeys(flash: Flash, { contexts, credential, peers }: GivenKeys): void {
  const keyValue = new FlashKeyValue(flash);
  const keys = keyValue.open({ path: KEYS_DOMAIN });
  const changes = new Map<string, Uint8Array | undefined>();
  if (credential !== undefined) {
    const own = readOwnCredential(credential);
    requireUsable(credential, own);
    changes.set(CREDENTIAL_KEY, encodeOwnCredential(own));
  }
  if (peers) replaceRows(changes, peerTable(keys), MAX_STORED_PEERS, peers.map(readPeer));
  const table = contextTable(keys);
  const given = contexts?.map((path) => ({ path, parameters: readContextFile(path) })) ?? [];
  if (contexts) {
    requireTogether(given);
    const rows = given.map(({ parameters }) => encodeContext(contextParameters(parameters)));
    replaceRows(changes, table, MAX_STORED_CONTEXTS, rows);
  }
  const needed: Change[] = [...changes]
    .filter(([key, value]) => !isStored(keys.read(key), value))
    .map(([key, value]) => ({ domain: KEYS_DOMAIN, key, value }));
  const known = new Set([...keyValue.keys(STATE_DOMAIN), ...stateKeys(table)]);
  handOver(given, known, (newKeys) => {
    if (needed.length > 0) storeTwice(keyValue, [...newKeys.flatMap(unused), ...needed]);
  });
}

/** The state of a context that nobody has used. */
function unused(stateKey: string): Change[] {
  return unusedState(stateKey).map((entry) => ({ domain: STATE_DOMAIN, ...entry }));
}

/** Damage to what was stored last cannot be told from a power cut, and would bring back the keys before these. */
function storeTwice(keyValue: FlashKeyValue, changes: readonly Change[]): void {
  keyValue.commit(changes);
  try {
    keyValue.commit(changes);
  } catch (error) {
    // Once is enough where there is no room for more.
    if (!(error instanceof StorageFullError)) throw error;
  }
}

/** @throws {SecretFileError} where there are more rows than places */
function replaceRows(
  changes: Map<string, Uint8Array | undefined>,
  table: Table,
  places: number,
  rows: readonly Uint8Array[],
): void {
  if (rows.length > places) throw new SecretFileError(`expected at most ${places} files, got ${rows.length}`);
  for (let row = 0; row < places; row += 1) changes.set(table.keyOf(row), rows[row]);
}

function readPeer(path: string): Uint8Array {
  const peer = readPeerCredential(path);
  requireUsable(path, peer);
  return peer.bytes;
}

/** @throws {SecretFileError} for a certificate, or a key that a device's cipher suites have no use for */
function requireUsable(path: string, { bytes, curve }: Credential): void {
  if (new CborReader(bytes).peekMajorType() === BYTE_STRING)
    throw new SecretFileError(`${path}: expected a claims set, which devices take, got a certificate`);
  const curves = DEFAULT_SUITES.map((number) => authenticationCurve(cipherSuite(number)!, true));
  if (!curves.includes(curve))
    throw new SecretFileError(
      `${path}: expected a key of ${curves[0]}, of the cipher suites of devices, got one of ${curve}`,
    );
}

/** @throws {SecretFileError} where the device would not take them all */
function requireTogether(given: readonly GivenContext[]): void {
  const contexts = new SecurityContexts(nodeCrypto, MAX_STORED_CONTEXTS);
  for (const { path, parameters } of given)
    try {
      contexts.add(path, contextParameters(parameters));
    } catch (error) {
      if (!(error instanceof SecurityContextError)) throw error;
      throw new SecretFileError(`${path}: ${error.message}`, { cause: error });
    }
}

/**
 * From now on the device counts. Where it surely has no keys at the end, all is as it was.
 * @param known the keys of state that it has @param store gives it the contexts; told which keys of state are new to it
 */
function handOver(
  given: readonly GivenContext[],
  known: ReadonlySet<string>,
  store: (newKeys: readonly string[]) => void,
): void {
  const states: FileState[] = [];
  const newKeys: string[] = [];
  let mayBeStored = false;
  try {
    for (const { path, parameters } of given) {
      const state = new FileState(path, parameters);
      states.push(state);
      const key = state.give((one) => known.has(one));
      if (key !== undefined) newKeys.push(key);
    }
    mayBeStored = true;
    store(newKeys);
  } catch (error) {
    if (!mayBeStored || error instanceof StorageFullError) for (const state of states) state.takeBack();
    throw error;
  } finally {
    for (const state of states) state.release();
  }
}

/** Those of the contexts that the device has; a row that is damaged has none, and can be replaced. */
function stateKeys(table: Table): string[] {
  return table.rows().flatMap((row) => {
    try {
      return stateKeyOf(nodeCrypto, decodeContext(table.get(row)!));
    } catch (error) {
      if (!(error instanceof CborError)) throw error;
      return [];
    }
  });
}

function isStored(stored: ArrayBuffer | undefined, value: Uint8Array | undefined): boolean {
  return stored && value ? equalBytes(new Uint8Array(stored), value) : stored === value;
}
