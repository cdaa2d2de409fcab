/**
 * Versions of what a domain holds. A firmware lists the steps from each version to the next; what another firmware has
 * left is brought up to date, a step at a time, each of them whole or not at all.
 */

import type { KeyValueStorage } from "../ports/key-value.js";
import { decodeUint, encodeUint } from "../bytes/uint.js";
import type { AtomicKeyValue, Change } from "./commit.js";
import { StorageCorruptError, StorageFormatError } from "./limits.js";

/** The key that holds a domain's version. */
export const SCHEMA_KEY = "schema";

/** The changes that bring a domain from one version to the next. It reads, and writes nothing itself. */
export type Migration = (domain: KeyValueStorage) => readonly Omit<Change, "domain">[];

function readVersion(domain: KeyValueStorage): number | undefined {
  const value = domain.read(SCHEMA_KEY);
  if (value === undefined) return undefined;
  if (value.byteLength > 4)
    throw new StorageCorruptError(`expected a version under "${SCHEMA_KEY}", got ${value.byteLength} bytes`);
  return decodeUint(new Uint8Array(value));
}

/**
 * Brings a domain to version `migrations.length`: an empty one at once, one without a version from 0.
 * @throws {StorageFormatError} when a later firmware has written it; nothing is changed then
 * @throws {StorageCorruptError} when its version is none
 */
export function migrate(keyValue: AtomicKeyValue, path: string, migrations: readonly Migration[]): void {
  const domain = keyValue.open({ path });
  const isEmpty = domain[Symbol.iterator]().next().done === true;
  const commit = (version: number, changes: ReturnType<Migration>): void =>
    keyValue.commit([
      ...changes.map(({ key, value }) => ({ domain: path, key, value })),
      { domain: path, key: SCHEMA_KEY, value: encodeUint(version) },
    ]);
  let version = readVersion(domain) ?? 0;
  if (version > migrations.length)
    throw new StorageFormatError(
      `expected at most version ${migrations.length} of domain "${path}", got ${version}`,
    );
  if (isEmpty) commit(migrations.length, []);
  else for (; version < migrations.length; version += 1) commit(version + 1, migrations[version]!(domain));
  domain.close();
}
