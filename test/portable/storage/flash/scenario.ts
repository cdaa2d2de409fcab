/** Made-up lives of a storage in flash, from a seed, beside a plain map that knows what must be stored. */

import { assert, type NorFlash, type SeededRandom } from "../../../portable.js";
import type { Change } from "../../../../src/storage/commit.js";
import { FlashKeyValue } from "../../../../src/storage/flash/key-value.js";
import { StorageFullError } from "../../../../src/storage/limits.js";

/** Values by domain and key, as `domain/key`; bytes as text, to be compared at once. */
export type Contents = Map<string, string>;

const DOMAINS = ["a", "time", "a-domain-of-15-c"];

/** Made-up changes. */
export interface Life {
  readonly random: SeededRandom;
  /** Keys in use. */
  readonly keys: number;
  /** Longest value. */
  readonly maxBytes: number;
  /** Most changes of a commit. */
  readonly maxChanges: number;
  /** How many of the values are longer than 40 bytes, 0 to 1; default 0.2: mostly short ones, as devices have them. */
  readonly longValues?: number;
}

function makeChange({ random, keys, maxBytes, longValues = 0.2 }: Life): Change {
  const number = random.integer(0, keys - 1);
  const domain = DOMAINS[number % DOMAINS.length]!.slice(0, 15);
  const key = number % 7 === 0 ? `key-${number}-`.padEnd(15, "x") : `k${number}`;
  if (random.chance(0.15)) return { domain, key, value: undefined };
  const length = random.integer(0, random.chance(longValues) ? maxBytes : Math.min(40, maxBytes));
  const value = new Uint8Array(length);
  random.fill(value.subarray(0, 8));
  value.fill(random.integer(0, 255), 8);
  return { domain, key, value };
}

export function makeCommit(life: Life): Change[] {
  const count = life.random.chance(0.7) ? 1 : life.random.integer(1, life.maxChanges);
  return Array.from({ length: count }, () => makeChange(life));
}

/** What a value is compared by: its length and bytes. */
export function textOf(value: Uint8Array): string {
  const parts = [`${value.length}:`];
  // A device's stack has no room for more arguments at once.
  for (let start = 0; start < value.length; start += 32)
    parts.push(String.fromCharCode(...value.subarray(start, start + 32)));
  return parts.join("");
}

export function applyTo(contents: Contents, changes: readonly Change[]): void {
  for (const { domain, key, value } of changes)
    if (value === undefined) contents.delete(`${domain}/${key}`);
    else contents.set(`${domain}/${key}`, textOf(value));
}

/** All that is stored. */
export function contentsOf(store: FlashKeyValue): Contents {
  const contents: Contents = new Map();
  for (const name of DOMAINS) {
    const domain = name.slice(0, 15);
    for (const key of store.keys(domain))
      contents.set(`${domain}/${key}`, textOf(new Uint8Array(store.read(domain, key)!)));
  }
  return contents;
}

export function isSame(a: Contents, b: Contents): boolean {
  if (a.size !== b.size) return false;
  for (const [name, value] of a) if (b.get(name) !== value) return false;
  return true;
}

/** Opens the storage; a fault fails the test. */
export function mountSurely(flash: NorFlash, maxChunks = 512): FlashKeyValue {
  const onFault = (fault: object): never => {
    throw new Error(`a fault where there is none: ${JSON.stringify(fault)}`);
  };
  return new FlashKeyValue(flash, { onFault, maxChunks });
}

/**
 * Makes `count` commits, compares what is read now and then, and mounts again now and then.
 * @returns how many were refused because the storage was full
 */
export function live(flash: NorFlash, life: Life, count: number, checkEvery: number): number {
  let store = mountSurely(flash);
  let full = 0;
  const expected: Contents = new Map();
  for (let step = 1; step <= count; step += 1) {
    const changes = makeCommit(life);
    try {
      store.commit(changes);
      applyTo(expected, changes);
    } catch (error) {
      if (!(error instanceof StorageFullError)) throw error;
      full += 1;
    }
    const { domain, key } = makeChange(life);
    const value = store.read(domain, key);
    const text = value === undefined ? undefined : textOf(new Uint8Array(value));
    assert.ok(text === expected.get(`${domain}/${key}`), `step ${step}: ${domain}/${key}`);
    if (step % checkEvery !== 0) continue;
    const { usedBytes, chunks } = store.status;
    store = mountSurely(flash);
    assert.ok(isSame(contentsOf(store), expected), `contents at step ${step}`);
    assert.deepEqual([store.status.usedBytes, store.status.chunks], [usedBytes, chunks], `step ${step}`);
  }
  assert.equal(flash.violations, 0);
  return full;
}
