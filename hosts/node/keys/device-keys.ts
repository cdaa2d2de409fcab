/**
 * Gives a device its keys before it starts: writes them to its flash memory, where src/provisioning finds them, on
 * whichever engine the device runs.
 */

import { equalBytes } from "../../../src/bytes/compare.js";
import type { CompleteParameters } from "../../../src/oscore/context/parameters.js";
import { SecurityContexts } from "../../../src/oscore/contexts/security-contexts.js";
import { stateKeyOf } from "../../../src/oscore/contexts/state-key.js";
import { SecurityContextError } from "../../../src/oscore/errors.js";
import type { Flash } from "../../../src/platform.js";
import { decodeContext, encodeContext } from "../../../src/provisioning/context-record.js";
import {
  KEYS_DOMAIN,
  MAX_STORED_CONTEXTS,
  STATE_DOMAIN,
  contextTable,
} from "../../../src/provisioning/stored-contexts.js";
import { FlashKeyValue } from "../../../src/storage/flash/key-value.js";
import type { Table } from "../../../src/storage/table.js";
import { nodeCrypto } from "../crypto/node-crypto.js";
import { contextParameters, readContextFile } from "./context-file.js";
import { FileState } from "./file-state.js";
import { SecretFileError } from "./secret-file.js";

interface Given {
  readonly path: string;
  readonly parameters: CompleteParameters;
}

/**
 * The device has the security contexts of `paths` from now on, and no others; sequence numbers that it used remain. Who
 * has such a file cannot use it any more: it is the device that counts on.
 * @throws {SecretFileError} where a file is not what it should be, was used here, or another device was given it
 * @throws {StorageFullError | StorageFormatError | Error} where they cannot be stored
 */
export function giveContexts(flash: Flash, paths: readonly string[]): void {
  const keyValue = new FlashKeyValue(flash);
  const table = contextTable(keyValue.open({ path: KEYS_DOMAIN }));
  const given = paths.map((path) => ({ path, parameters: readContextFile(path) }));
  requireTogether(given);
  const known = new Set([...keyValue.keys(STATE_DOMAIN), ...stateKeys(table)]);
  for (const { path, parameters } of given) {
    const state = new FileState(path, parameters);
    try {
      state.give((key) => known.has(key));
    } finally {
      state.release();
    }
  }
  const rows = given.map(({ parameters }) => encodeContext(contextParameters(parameters)));
  const changed = Array.from({ length: MAX_STORED_CONTEXTS }, (_, row) => row).filter(
    (row) => !isSame(table.get(row), rows[row]),
  );
  if (changed.length > 0)
    keyValue.commit(changed.map((row) => ({ domain: KEYS_DOMAIN, key: table.keyOf(row), value: rows[row] })));
}

/** @throws {SecretFileError} where the device would not take them all */
function requireTogether(given: readonly Given[]): void {
  const contexts = new SecurityContexts(nodeCrypto, MAX_STORED_CONTEXTS);
  for (const { path, parameters } of given)
    try {
      contexts.add(path, contextParameters(parameters));
    } catch (error) {
      if (!(error instanceof SecurityContextError)) throw error;
      throw new SecretFileError(`${path}: ${error.message}`, { cause: error });
    }
}

function stateKeys(table: Table): string[] {
  return table.rows().map((row) => stateKeyOf(nodeCrypto, decodeContext(table.get(row)!)));
}

function isSame(one: Uint8Array | undefined, other: Uint8Array | undefined): boolean {
  return one && other ? equalBytes(one, other) : one === other;
}
