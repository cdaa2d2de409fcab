/**
 * A small table: rows of bytes under numbers. Row 5 of the table `peer` has the key `peer.5`, so that each row is
 * written on its own, and a commit can change rows together with other keys.
 */

import type { KeyValueStorage } from "../ports/key-value.js";
import { checkKey, StorageFullError } from "./limits.js";

/** Rows of a table by default. */
export const MAX_TABLE_ROWS = 32;

export class Table {
  readonly #storage: KeyValueStorage;
  readonly #name: string;
  readonly #maxRows: number;

  /**
   * @param name with a dot and the largest row number behind it a key
   * @throws {StorageKeyError} for a name that is too long, or no key
   */
  constructor(storage: KeyValueStorage, name: string, maxRows = MAX_TABLE_ROWS) {
    this.#storage = storage;
    this.#name = name;
    this.#maxRows = maxRows;
    checkKey(this.#key(maxRows - 1));
  }

  /** The key of a row, 0 to `maxRows` - 1, for a commit. @throws {RangeError} for another number */
  keyOf(row: number): string {
    if (!Number.isInteger(row) || row < 0 || row >= this.#maxRows)
      throw new RangeError(`expected a row of 0 to ${this.#maxRows - 1} in "${this.#name}", got ${row}`);
    return this.#key(row);
  }

  get(row: number): Uint8Array | undefined {
    const value = this.#storage.read(this.keyOf(row));
    return value === undefined ? undefined : new Uint8Array(value);
  }

  /** @throws {StorageValueError | StorageFullError} */
  set(row: number, value: Uint8Array): void {
    this.#storage.write(this.keyOf(row), value);
  }

  /** Writes to the first free row. @returns its number @throws {StorageFullError} when every row is taken */
  add(value: Uint8Array): number {
    const taken = this.rows();
    for (let row = 0; row < this.#maxRows; row += 1)
      if (!taken.includes(row)) {
        this.set(row, value);
        return row;
      }
    throw new StorageFullError(`expected at most ${this.#maxRows} rows in "${this.#name}", got one more`);
  }

  /** Removes a row; one that is absent is ignored. */
  delete(row: number): void {
    this.#storage.delete(this.keyOf(row));
  }

  /** The numbers of all rows, in order. */
  rows(): number[] {
    const prefix = `${this.#name}.`;
    const keys = this.#storage[Symbol.iterator]();
    const rows: number[] = [];
    for (let item = keys.next(); item.done !== true; item = keys.next()) {
      const row = item.value.startsWith(prefix) ? Number(item.value.slice(prefix.length)) : -1;
      if (Number.isInteger(row) && row >= 0 && row < this.#maxRows && item.value === this.#key(row))
        rows.push(row);
    }
    return rows.sort((a, b) => a - b);
  }

  #key(row: number): string {
    return `${this.#name}.${row}`;
  }
}
