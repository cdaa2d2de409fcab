/**
 * Keeps registrations in key-value storage. A registration is one text in JSON, cut into values: the head, `r` and the
 * registration's number, has a generation (0 or 1), the number of further values and the beginning of the text; the
 * others are at `r<number>.<generation>.<index>`. The head is written last, so that a power cut leaves the old or the
 * new registration whole.
 */

import { concatBytes } from "../../../bytes/concat.js";
import { decodeUtf8, encodeUtf8 } from "../../../bytes/utf8.js";
import type { Console } from "../../../ports/console.js";
import type { KeyValueStorage } from "../../../ports/key-value.js";
import { MAX_VALUE_BYTES } from "../../../storage/limits.js";
import type { Attribute, Registration } from "./registration.js";

const HEAD_BYTES = 2;
const FIRST_BYTES = MAX_VALUE_BYTES - HEAD_BYTES;
/** Further values of one registration: what a byte counts. */
export const MAX_PARTS = 255;

export interface StoredRegistration {
  readonly registration: Registration;
  /** When its lifetime ends, in Unix time, milliseconds; undefined where nobody knew the time. */
  readonly expiresAtUnixMs?: number | undefined;
}

export class RegistrationStorage {
  readonly #storage: KeyValueStorage;
  readonly #console: Console;

  constructor(storage: KeyValueStorage, console: Console) {
    this.#storage = storage;
    this.#console = console;
  }

  /** All that is stored; what cannot be read is removed, and the console told. */
  load(): StoredRegistration[] {
    const found: StoredRegistration[] = [];
    const keys = [...{ [Symbol.iterator]: () => this.#storage[Symbol.iterator]() }];
    const wanted = new Set<string>();
    for (const key of keys) {
      if (key.includes(".")) continue;
      try {
        const { text, parts } = this.#read(key);
        const stored = parseStored(text);
        if (`r${stored.registration.id}` !== key) throw new TypeError("expected the number of its key");
        found.push(stored);
        for (const part of [key, ...parts]) wanted.add(part);
      } catch (error) {
        this.#console.log(`rd: stored registration ${key} removed, as it cannot be read: ${String(error)}`);
      }
    }
    for (const key of keys) if (!wanted.has(key)) this.#storage.delete(key);
    return found;
  }

  /** @throws {RangeError} when it is too long @throws {Error} when the storage fails */
  save(stored: StoredRegistration): void {
    const key = `r${stored.registration.id}`;
    const old = this.#storage.read(key);
    const generation = old === undefined ? 0 : 1 - (new Uint8Array(old)[0]! & 1);
    const text = encodeUtf8(JSON.stringify(stored));
    const count = Math.ceil(Math.max(0, text.length - FIRST_BYTES) / MAX_VALUE_BYTES);
    if (count > MAX_PARTS)
      throw new RangeError(`expected a registration of at most ${MAX_PARTS} values, got ${count}`);
    const parts = partKeys(key, generation, count);
    parts.forEach((part, index) => {
      const start = FIRST_BYTES + index * MAX_VALUE_BYTES;
      this.#storage.write(part, text.subarray(start, start + MAX_VALUE_BYTES));
    });
    const head = Uint8Array.of(generation, parts.length);
    this.#storage.write(key, concatBytes([head, text.subarray(0, FIRST_BYTES)]));
    if (old !== undefined) this.#deleteParts(key, new Uint8Array(old));
  }

  /** @throws {Error} when the storage fails */
  delete(id: string): void {
    const key = `r${id}`;
    const old = this.#storage.read(key);
    if (old === undefined) return;
    this.#storage.delete(key);
    this.#deleteParts(key, new Uint8Array(old));
  }

  close(): void {
    this.#storage.close();
  }

  #read(key: string): { readonly text: string; readonly parts: readonly string[] } {
    const head = new Uint8Array(this.#storage.read(key) ?? new ArrayBuffer(0));
    if (head.length < HEAD_BYTES) throw new TypeError("expected a head of two bytes");
    const parts = partKeys(key, head[0]!, head[1]!);
    const values = parts.map((part) => {
      const value = this.#storage.read(part);
      if (value === undefined) throw new TypeError(`expected a value at ${part}`);
      return new Uint8Array(value);
    });
    return { text: decodeUtf8(concatBytes([head.subarray(HEAD_BYTES), ...values])), parts };
  }

  #deleteParts(key: string, head: Uint8Array): void {
    for (const part of partKeys(key, head[0]!, head[1]!)) this.#storage.delete(part);
  }
}

function partKeys(key: string, generation: number, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `${key}.${generation}.${index}`);
}

function isAttribute(value: unknown): value is Attribute {
  if (!Array.isArray(value) || value.length !== 2) return false;
  const [name, content] = value as unknown[];
  return typeof name === "string" && (typeof content === "string" || content === true);
}

function isOptional(value: unknown, type: "string" | "number"): boolean {
  return value === undefined || typeof value === type;
}

function isRegistration(value: unknown): value is Registration {
  if (typeof value !== "object" || value === null) return false;
  const { id, ep, d, lt, base, hasExplicitBase, zone, attributes, document, isSimple } =
    value as Partial<Registration>;
  return (
    [id, ep, base, document].every((text) => typeof text === "string") &&
    [d, zone].every((text) => isOptional(text, "string")) &&
    [hasExplicitBase, isSimple].every((flag) => typeof flag === "boolean") &&
    typeof lt === "number" &&
    Array.isArray(attributes) &&
    attributes.every(isAttribute)
  );
}

function parseStored(text: string): StoredRegistration {
  const value = JSON.parse(text) as Partial<StoredRegistration> | null;
  const { registration, expiresAtUnixMs } = value ?? {};
  if (!isRegistration(registration) || !isOptional(expiresAtUnixMs, "number"))
    throw new TypeError("expected a registration");
  return { registration, expiresAtUnixMs };
}
