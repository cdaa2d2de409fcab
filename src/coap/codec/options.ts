/**
 * A message's options, as we build them and as anybody reads them. Sorted by number, equal numbers in the order in
 * which they were added (RFC 7252 §3.1).
 */

import { decodeUtf8, encodeUtf8 } from "../../bytes/utf8.js";
import { decodeUint, encodeUint } from "../../bytes/uint.js";

export interface OptionEntry {
  readonly number: number;
  readonly value: Uint8Array;
}

/** What can be asked of options, whether built or parsed. */
export interface ReadableOptions {
  has(number: number): boolean;
  /** Value of the first option of that number. */
  first(number: number): Uint8Array | undefined;
  /** Values of all options of that number, in order. */
  all(number: number): Uint8Array[];
  /** Value as an unsigned integer (RFC 7252 §3.2). */
  uint(number: number): number | undefined;
  /** Value as text. @throws {Utf8Error} when it is not UTF-8 */
  string(number: number): string | undefined;
  /** Values as texts. @throws {Utf8Error} when one is not UTF-8 */
  strings(number: number): string[];
  /** All options in order. */
  entries(): OptionEntry[];
}

/** Largest option number (RFC 7252 §12.2). */
export const MAX_OPTION_NUMBER = 65535;

const NO_BYTES = new Uint8Array(0);

/** Options of a message that is being built. */
export class Options implements ReadableOptions {
  readonly #entries: OptionEntry[] = [];

  /** How many options there are. */
  get count(): number {
    return this.#entries.length;
  }

  /** Adds one option behind those of the same number. @throws {RangeError} for a number outside 0 to 65535 */
  add(number: number, value: Uint8Array): this {
    if (!Number.isInteger(number) || number < 0 || number > MAX_OPTION_NUMBER)
      throw new RangeError(`expected an option number from 0 to ${MAX_OPTION_NUMBER}, got ${number}`);
    const entries = this.#entries;
    let index = entries.length;
    while (index > 0 && entries[index - 1]!.number > number) index -= 1;
    if (index === entries.length) entries.push({ number, value });
    else entries.splice(index, 0, { number, value });
    return this;
  }

  /** Adds an option of format uint. */
  addUint(number: number, value: number): this {
    return this.add(number, encodeUint(value));
  }

  /** Adds an option of format string. */
  addString(number: number, text: string): this {
    return this.add(number, encodeUtf8(text));
  }

  /** Adds an option of format empty. */
  addEmpty(number: number): this {
    return this.add(number, NO_BYTES);
  }

  /** Replaces every option of that number by one. */
  set(number: number, value: Uint8Array): this {
    this.remove(number);
    return this.add(number, value);
  }

  /** Replaces every option of that number by one of format uint. */
  setUint(number: number, value: number): this {
    return this.set(number, encodeUint(value));
  }

  /** Adds all of `options`. */
  addAll(options: ReadableOptions): this {
    for (const { number, value } of options.entries()) this.add(number, value);
    return this;
  }

  /** Removes every option of that number. */
  remove(number: number): void {
    const entries = this.#entries;
    for (let index = entries.length - 1; index >= 0; index -= 1)
      if (entries[index]!.number === number) entries.splice(index, 1);
  }

  /** The option at a place from 0 to {@link count} - 1. */
  at(index: number): OptionEntry {
    return this.#entries[index]!;
  }

  has(number: number): boolean {
    return this.first(number) !== undefined;
  }

  first(number: number): Uint8Array | undefined {
    for (const entry of this.#entries) if (entry.number === number) return entry.value;
    return undefined;
  }

  all(number: number): Uint8Array[] {
    return this.#entries.filter((entry) => entry.number === number).map((entry) => entry.value);
  }

  uint(number: number): number | undefined {
    const value = this.first(number);
    return value && decodeUint(value);
  }

  string(number: number): string | undefined {
    const value = this.first(number);
    return value && decodeUtf8(value);
  }

  strings(number: number): string[] {
    return this.all(number).map((value) => decodeUtf8(value));
  }

  entries(): OptionEntry[] {
    return [...this.#entries];
  }
}
