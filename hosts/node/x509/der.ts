/** DER, as far as certificates need it: ITU-T X.690 §8 and §10. */

/** What is no DER, or is not what was expected. */
export class DerError extends Error {
  override name = "DerError";
}

/** Tags that certificates use (X.690 §8.1.2; RFC 5280 §4.1). */
export const BOOLEAN = 0x01;
export const INTEGER = 0x02;
export const BIT_STRING = 0x03;
export const OCTET_STRING = 0x04;
export const OBJECT_IDENTIFIER = 0x06;
export const SEQUENCE = 0x30;
/** `[3]`, explicit. */
export const CONTEXT_3 = 0xa3;

/** Longest form of a length that is read: four bytes. */
const MAX_LENGTH_BYTES = 4;

/** Reads values one after the other. Every method throws {@link DerError} for what is not there. */
export class DerReader {
  readonly #bytes: Uint8Array;
  #offset = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get atEnd(): boolean {
    return this.#offset >= this.#bytes.length;
  }

  /** The tag of the next value; undefined at the end. */
  get tag(): number | undefined {
    return this.#bytes[this.#offset];
  }

  /** The content of the next value, which has that tag. */
  read(tag: number): Uint8Array {
    if (this.tag !== tag) throw new DerError(`expected tag ${tag}, got ${this.tag ?? "the end"}`);
    return this.readAny();
  }

  /** The values inside the next one. */
  enter(tag: number): DerReader {
    return new DerReader(this.read(tag));
  }

  /** The content of the next value, whatever it is. */
  readAny(): Uint8Array {
    this.#offset += 1;
    const length = this.#length();
    const start = this.#offset;
    if (length > this.#bytes.length - start)
      throw new DerError(`expected ${length} bytes, got ${this.#bytes.length - start}`);
    this.#offset = start + length;
    return this.#bytes.subarray(start, this.#offset);
  }

  #length(): number {
    const first = this.#byte();
    if (first < 0x80) return first;
    const count = first - 0x80;
    if (count === 0 || count > MAX_LENGTH_BYTES)
      throw new DerError(`expected a length of 1 to ${MAX_LENGTH_BYTES} bytes, got ${count}`);
    let length = 0;
    for (let index = 0; index < count; index += 1) length = length * 0x100 + this.#byte();
    return length;
  }

  #byte(): number {
    const byte = this.#bytes[this.#offset];
    if (byte === undefined) throw new DerError("expected a length, got the end");
    this.#offset += 1;
    return byte;
  }
}
