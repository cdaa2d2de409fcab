/**
 * CoAP message over UDP.
 *
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  |Ver| T |  TKL  |      Code     |          Message ID           |
 *  |   Token length, extended (0 to 2 bytes)   |   Token (if any) ...
 *  |   Options (if any) ...        |1 1 1 1 1 1 1 1|    Payload ...
 *
 * RFC 7252 §3, RFC 8974 §2.1.
 */

import { EMPTY } from "./code.js";
import { MessageFormatError } from "./message-format-error.js";
import type { Options } from "./options.js";
import { OptionsView } from "./options-view.js";

/** Message types (RFC 7252 §3). */
export const CON = 0;
export const NON = 1;
export const ACK = 2;
export const RST = 3;

/** The only protocol version there is. */
export const VERSION = 1;
/** Bytes before the token. */
export const HEADER_BYTES = 4;
/** Longest token (RFC 8974 §2.1): 269 + 2^16 - 1. */
export const MAX_TOKEN_BYTES = 65_804;
/** A value of TKL that stands for nothing (RFC 8974 §2.1). */
const RESERVED_TKL = 15;

const NO_BYTES = new Uint8Array(0);

const TYPE_NAMES = Object.freeze(["CON", "NON", "ACK", "RST"]);

/** `CON`, `NON`, `ACK` or `RST`. */
export function typeName(type: number): string {
  return TYPE_NAMES[type] ?? `type ${type}`;
}

/** A received message: a view on its datagram, checked once, nothing copied. */
export class Message {
  /** The whole datagram. */
  readonly bytes: Uint8Array;
  readonly type: number;
  readonly code: number;
  readonly messageId: number;
  readonly options: OptionsView;

  /** Checks `bytes` whole. The view shares them. @throws {MessageFormatError} (RFC 7252 §3) */
  constructor(bytes: Uint8Array) {
    if (bytes.length < HEADER_BYTES)
      throw new MessageFormatError(`expected a header of ${HEADER_BYTES} bytes, got ${bytes.length}`, 0);
    const first = bytes[0]!;
    if (first >> 6 !== VERSION)
      throw new MessageFormatError(`expected version ${VERSION}, got ${first >> 6}`, 0);
    if ((first & 15) === RESERVED_TKL)
      throw new MessageFormatError(`expected a token length, got the reserved ${RESERVED_TKL}`, 0);
    this.bytes = bytes;
    this.type = (first >> 4) & 3;
    this.code = bytes[1]!;
    this.messageId = (bytes[2]! << 8) | bytes[3]!;
    if (this.code === EMPTY && bytes.length > HEADER_BYTES)
      throw new MessageFormatError("expected nothing behind the header of an Empty message", HEADER_BYTES);
    const tokenStart = tokenOffset(bytes);
    if (bytes.length < tokenStart)
      throw new MessageFormatError("expected the length of the token", HEADER_BYTES);
    const tokenLength = tokenBytes(bytes);
    if (bytes.length < tokenStart + tokenLength)
      throw new MessageFormatError(`expected a token of ${tokenLength} bytes`, tokenStart);
    this.options = new OptionsView(bytes, tokenStart + tokenLength);
  }

  static parse(bytes: Uint8Array): Message {
    return new Message(bytes);
  }

  get tokenLength(): number {
    return tokenBytes(this.bytes);
  }

  get token(): Uint8Array {
    const start = tokenOffset(this.bytes);
    return this.bytes.subarray(start, start + this.tokenLength);
  }

  get payload(): Uint8Array {
    const { payloadStart } = this.options;
    return payloadStart === this.bytes.length ? NO_BYTES : this.bytes.subarray(payloadStart);
  }
}

/** Where the token begins: behind the extended length, if there is one (RFC 8974 §2.1). */
function tokenOffset(bytes: Uint8Array): number {
  const tkl = bytes[0]! & 15;
  return tkl < 13 ? HEADER_BYTES : HEADER_BYTES + tkl - 12;
}

/** Length of the token of a message whose TKL is not the reserved one (RFC 8974 §2.1). */
function tokenBytes(bytes: Uint8Array): number {
  const tkl = bytes[0]! & 15;
  if (tkl < 13) return tkl;
  return tkl === 13 ? 13 + bytes[4]! : 269 + ((bytes[4]! << 8) | bytes[5]!);
}

/** A message did not fit the buffer that it was to be encoded into. */
export class MessageTooLargeError extends Error {
  override name = "MessageTooLargeError";
}

/**
 * Bytes that {@link encodeMessage} will need.
 */
export function encodedLength(tokenLength: number, options: Options, payloadLength: number): number {
  let length = HEADER_BYTES + extendedBytes(tokenLength) + tokenLength;
  let previous = 0;
  for (let index = 0; index < options.count; index += 1) {
    const number = options.numberAt(index);
    const size = options.valueAt(index).length;
    length += 1 + extendedBytes(number - previous) + extendedBytes(size) + size;
    previous = number;
  }
  return payloadLength === 0 ? length : length + 1 + payloadLength;
}

function extendedBytes(value: number): number {
  return value < 13 ? 0 : value < 269 ? 1 : 2;
}

/**
 * Writes a message at the start of `buffer` (RFC 7252 §3).
 * @returns its length in bytes
 * @throws {MessageTooLargeError} when it does not fit
 */
export function encodeMessage(
  buffer: Uint8Array,
  type: number,
  code: number,
  messageId: number,
  token: Uint8Array,
  options: Options | undefined,
  payload: Uint8Array | undefined,
): number {
  const capacity = buffer.length;
  const tokenStart = HEADER_BYTES + extendedBytes(token.length);
  let offset = tokenStart + token.length;
  if (offset > capacity || token.length > MAX_TOKEN_BYTES) throw tooLarge(capacity);
  buffer[0] = (VERSION << 6) | (type << 4) | (token.length < 13 ? token.length : tokenStart + 8);
  buffer[1] = code;
  buffer[2] = messageId >> 8;
  buffer[3] = messageId;
  // RFC 8974 §2.1; below 13 the token takes their place.
  if (tokenStart === 5) buffer[4] = token.length - 13;
  else if (tokenStart === 6) {
    buffer[4] = (token.length - 269) >> 8;
    buffer[5] = token.length - 269;
  }
  buffer.set(token, tokenStart);
  if (options) offset = encodeOptions(buffer, offset, options);
  if (payload && payload.length > 0) {
    if (offset + 1 + payload.length > capacity) throw tooLarge(capacity);
    buffer[offset] = 0xff;
    buffer.set(payload, offset + 1);
    offset += 1 + payload.length;
  }
  return offset;
}

/** Writes options at `offset`; returns the offset behind them (RFC 7252 §3.1). */
export function encodeOptions(buffer: Uint8Array, start: number, options: Options): number {
  let offset = start;
  let previous = 0;
  for (let index = 0; index < options.count; index += 1) {
    const number = options.numberAt(index);
    const value = options.valueAt(index);
    const delta = number - previous;
    const size = value.length;
    const head = offset;
    offset += 1 + extendedBytes(delta) + extendedBytes(size);
    if (offset + size > buffer.length) throw tooLarge(buffer.length);
    let extended = head + 1;
    let deltaNibble = delta;
    if (delta >= 269) {
      deltaNibble = 14;
      buffer[extended++] = (delta - 269) >> 8;
      buffer[extended++] = delta - 269;
    } else if (delta >= 13) {
      deltaNibble = 13;
      buffer[extended++] = delta - 13;
    }
    let sizeNibble = size;
    if (size >= 269) {
      sizeNibble = 14;
      buffer[extended++] = (size - 269) >> 8;
      buffer[extended++] = size - 269;
    } else if (size >= 13) {
      sizeNibble = 13;
      buffer[extended++] = size - 13;
    }
    buffer[head] = (deltaNibble << 4) | sizeNibble;
    buffer.set(value, offset);
    offset += size;
    previous = number;
  }
  return offset;
}

function tooLarge(capacity: number): MessageTooLargeError {
  return new MessageTooLargeError(`expected a message of at most ${capacity} bytes`);
}
