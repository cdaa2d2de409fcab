/**
 * What a well-formed CBOR item means in the generic data model (RFC 8949 §2, §5.6.1), as a text: equal where two items are.
 * Read from the bytes, by none of the project's own means. NaNs are told by sign and significand, -0 from 0: encoding anew
 * must not change what can be told apart.
 */

import { toHex } from "../../../src/bytes/hex.js";

const SIGN = 1n << 63n;
const EXPONENT = 0x7ffn << 52n;
const FRACTION = (1n << 52n) - 1n;

/** A place in the bytes. */
class Cursor {
  at = 0;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  take(length: number): Uint8Array {
    this.at += length;
    return this.#bytes.subarray(this.at - length, this.at);
  }

  get isAtBreak(): boolean {
    return this.#bytes[this.at] === 0xff;
  }
}

function unsigned(bytes: Uint8Array): bigint {
  let value = 0n;
  for (const byte of bytes) value = value * 256n + BigInt(byte);
  return value;
}

/** A half or single as the bits of a double. */
function widen(bits: bigint, exponentBits: number, fractionBits: number): bigint {
  const fraction = bits & ((1n << BigInt(fractionBits)) - 1n);
  const exponent = (bits >> BigInt(fractionBits)) & ((1n << BigInt(exponentBits)) - 1n);
  const sign = bits >> BigInt(fractionBits + exponentBits) === 1n ? SIGN : 0n;
  const bias = 2 ** (exponentBits - 1) - 1;
  const most = (1n << BigInt(exponentBits)) - 1n;
  if (exponent === most) return sign | EXPONENT | (fraction << BigInt(52 - fractionBits));
  if (exponent !== 0n)
    return sign | ((exponent + 1023n - BigInt(bias)) << 52n) | (fraction << BigInt(52 - fractionBits));
  if (fraction === 0n) return sign;
  // Subnormal: normal as a double. The place of the leading one says the exponent.
  const place = fraction.toString(2).length - 1;
  const power = BigInt(place + 1 - bias - fractionBits + 1023);
  return sign | (power << 52n) | ((fraction << BigInt(52 - place)) & FRACTION);
}

function float(content: Uint8Array): string {
  const bits = unsigned(content);
  if (content.length === 2) return `f${widen(bits, 5, 10).toString(16)}`;
  return `f${(content.length === 4 ? widen(bits, 8, 23) : bits).toString(16)}`;
}

function string(cursor: Cursor, major: number, length: bigint | undefined): Uint8Array {
  if (length !== undefined) return cursor.take(Number(length));
  const chunks: number[] = [];
  while (!cursor.isAtBreak) {
    const { argument } = head(cursor);
    chunks.push(...string(cursor, major, argument));
  }
  cursor.take(1);
  return Uint8Array.from(chunks);
}

function head(cursor: Cursor): {
  major: number;
  information: number;
  argument: bigint | undefined;
  content: Uint8Array;
} {
  const [initial] = cursor.take(1);
  const information = initial! & 31;
  const content = cursor.take(information >= 24 && information < 28 ? 1 << (information - 24) : 0);
  const value = content.length > 0 ? unsigned(content) : BigInt(information);
  return { major: initial! >> 5, information, argument: information === 31 ? undefined : value, content };
}

function items(cursor: Cursor, count: bigint | undefined): string[] {
  const meanings: string[] = [];
  if (count === undefined) {
    while (!cursor.isAtBreak) meanings.push(item(cursor));
    cursor.take(1);
  } else for (let left = count; left > 0n; left -= 1n) meanings.push(item(cursor));
  return meanings;
}

function item(cursor: Cursor): string {
  const { major, information, argument, content } = head(cursor);
  switch (major) {
    case 0:
      return `i${argument}`;
    case 1:
      return `i${-1n - argument!}`;
    case 2:
    case 3:
      return `${major === 2 ? "b" : "t"}${toHex(string(cursor, major, argument))}`;
    case 4:
      return `[${items(cursor, argument).join()}]`;
    case 5: {
      const all = items(cursor, argument === undefined ? undefined : 2n * argument);
      const pairs = all.flatMap((key, index) => (index % 2 === 0 ? [`${key}:${all[index + 1]!}`] : []));
      return `{${pairs.sort().join()}}`;
    }
    case 6: {
      const tagged = item(cursor);
      // RFC 8949 §3.4.3: a bignum is an integer, whatever zeros are in front.
      const magnitude =
        tagged.startsWith("b") && (argument === 2n || argument === 3n)
          ? BigInt(`0x0${tagged.slice(1)}`)
          : undefined;
      if (magnitude === undefined) return `${argument}(${tagged})`;
      return `i${argument === 2n ? magnitude : -1n - magnitude}`;
    }
    default:
      return information >= 25 ? float(content) : `s${argument}`;
  }
}

/** @param bytes one item, well-formed */
export function meaningOf(bytes: Uint8Array): string {
  return item(new Cursor(bytes));
}
