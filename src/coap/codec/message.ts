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
import { OptionsView, PAYLOAD_MARKER } from "./options-view.js";

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
  /** What {@link options} stand in: the whole datagram, or what was inside another message. */
  readonly bytes: Uint8Array;
  readonly type: number;
  readonly code: number;
  readonly messageId: number;
  readonly tokenLength: number;
  readonly options: OptionsView;
  /** The message that has the token, where that is not this one. */
  readonly #outer: Message | undefined;

  /**
   * Checks `bytes` whole. The view shares them.
   * @param outer what they were inside: it has all that stands in front of the options but the code, with which they
   * begin (RFC 8613 §5.3)
   * @throws {MessageFormatError} (RFC 7252 §3)
   */
  constructor(bytes: Uint8Array, outer?: Message) {
    this.#outer = outer;
    if (outer) {
      this.bytes = bytes;
      this.type = outer.type;
      this.code = bytes[0]!;
      this.messageId = outer.messageId;
      this.tokenLength = outer.tokenLength;
      this.options = new OptionsView(bytes, 1);
      return;
    }
    const { length } = bytes;
    if (length < HEADER_BYTES)
      throw new MessageFormatError(`expected a header of ${HEADER_BYTES} bytes, got ${length}`, 0);
    const first = bytes[0]!;
    if (first >> 6 !== VERSION)
      throw new MessageFormatError(`expected version ${VERSION}, got ${first >> 6}`, 0);
    const tkl = first & 15;
    if (tkl === RESERVED_TKL)
      throw new MessageFormatError(`expected a token length, got the reserved ${RESERVED_TKL}`, 0);
    this.bytes = bytes;
    this.type = (first >> 4) & 3;
    this.code = bytes[1]!;
    this.messageId = (bytes[2]! << 8) | bytes[3]!;
    if (this.code === EMPTY && length > HEADER_BYTES)
      throw new MessageFormatError("expected nothing behind the header of an Empty message", HEADER_BYTES);
    let tokenStart = HEADER_BYTES;
    let tokenLength = tkl;
    if (tkl >= 13) {
      tokenStart += tkl - 12;
      if (length < tokenStart) throw new MessageFormatError("expected the length of the token", HEADER_BYTES);
      tokenLength = extendedTokenLength(bytes, tkl);
    }
    if (length < tokenStart + tokenLength)
      throw new MessageFormatError(`expected a token of ${tokenLength} bytes`, tokenStart);
    this.tokenLength = tokenLength;
    this.options = new OptionsView(bytes, tokenStart + tokenLength);
  }

  static parse(bytes: Uint8Array): Message {
    return new Message(bytes);
  }

  get token(): Uint8Array {
    if (this.#outer) return this.#outer.token;
    const { start } = this.options;
    return this.bytes.subarray(start - this.tokenLength, start);
  }

  get payload(): Uint8Array {
    const { payloadStart } = this.options;
    return payloadStart === this.bytes.length ? NO_BYTES : this.bytes.subarray(payloadStart);
  }
}

/** Length of a token that is longer than TKL alone can say (RFC 8974 §2.1). */
function extendedTokenLength(bytes: Uint8Array, tkl: number): number {
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
    const { number, value } = options.at(index);
    const size = value.length;
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
  return encodeBody(buffer, encodeHead(buffer, type, code, messageId, token), options, payload);
}

/** A message in bytes of its own (RFC 7252 §3). */
export function encodedMessage(
  type: number,
  code: number,
  messageId: number,
  token: Uint8Array,
  options: Options,
  payload: Uint8Array | undefined,
): Uint8Array {
  const bytes = new Uint8Array(encodedLength(token.length, options, payload ? payload.length : 0));
  encodeMessage(bytes, type, code, messageId, token, options, payload);
  return bytes;
}

/** Writes what comes before the options; returns the offset behind it. @throws {MessageTooLargeError} */
function encodeHead(
  buffer: Uint8Array,
  type: number,
  code: number,
  messageId: number,
  token: Uint8Array,
): number {
  const length = token.length;
  const tokenStart = HEADER_BYTES + extendedBytes(length);
  const end = tokenStart + length;
  if (end > buffer.length || length > MAX_TOKEN_BYTES) throw tooLarge(buffer.length);
  buffer[0] = (VERSION << 6) | (type << 4) | (length < 13 ? length : tokenStart + 8);
  buffer[1] = code;
  buffer[2] = messageId >> 8;
  buffer[3] = messageId;
  // RFC 8974 §2.1; below 13 the token takes their place.
  if (tokenStart === 5) buffer[4] = length - 13;
  else if (tokenStart === 6) {
    buffer[4] = (length - 269) >> 8;
    buffer[5] = length - 269;
  }
  buffer.set(token, tokenStart);
  return end;
}

/** Up to this length it is cheaper to copy a request than to make a view of its token. */
const SHORT_REQUEST_BYTES = 32;

/**
 * Writes what comes before the options, with the token of a request; {@link encodeBody} writes the rest.
 * @returns the offset behind it
 * @throws {MessageTooLargeError} when it does not fit
 */
export function encodeAnswerHead(
  buffer: Uint8Array,
  type: number,
  code: number,
  messageId: number,
  request: Message,
): number {
  const { bytes } = request;
  const { length } = bytes;
  if (length > SHORT_REQUEST_BYTES || length > buffer.length)
    return encodeHead(buffer, type, code, messageId, request.token);
  buffer.set(bytes);
  // The length of the token stays.
  buffer[0] = (VERSION << 6) | (type << 4) | (bytes[0]! & 15);
  buffer[1] = code;
  buffer[2] = messageId >> 8;
  buffer[3] = messageId;
  return request.options.start;
}

/**
 * Writes what follows the token at `start`.
 * @returns the offset behind it
 * @throws {MessageTooLargeError} when it does not fit
 */
export function encodeBody(
  buffer: Uint8Array,
  start: number,
  options: Options | undefined,
  payload: Uint8Array | undefined,
): number {
  const offset = options ? encodeOptions(buffer, start, options) : start;
  const length = payload ? payload.length : 0;
  if (length === 0) return offset;
  const end = offset + 1 + length;
  if (end > buffer.length) throw tooLarge(buffer.length);
  buffer[offset] = PAYLOAD_MARKER;
  buffer.set(payload!, offset + 1);
  return end;
}

/** Writes options at `offset`; returns the offset behind them (RFC 7252 §3.1). */
export function encodeOptions(buffer: Uint8Array, start: number, options: Options): number {
  const capacity = buffer.length;
  const { count } = options;
  let offset = start;
  let previous = 0;
  for (let index = 0; index < count; index += 1) {
    const { number, value } = options.at(index);
    const size = value.length;
    const head = offset;
    let delta = number - previous;
    let sizeNibble = size;
    offset += 1;
    if (delta >= 13 || size >= 13) {
      if (offset + extendedBytes(delta) + extendedBytes(size) > capacity) throw tooLarge(capacity);
      const behindDelta = writeExtended(buffer, offset, delta);
      delta = nibble(delta);
      offset = writeExtended(buffer, behindDelta, size);
      sizeNibble = nibble(size);
    }
    if (offset + size > capacity) throw tooLarge(capacity);
    buffer[head] = (delta << 4) | sizeNibble;
    if (size > 0) buffer.set(value, offset);
    offset += size;
    previous = number;
  }
  return offset;
}

/** What stands in the first byte of an option for its delta or length (RFC 7252 §3.1). */
function nibble(value: number): number {
  return value < 13 ? value : value < 269 ? 13 : 14;
}

/** Writes what the first byte of an option has no room for; returns the offset behind it (RFC 7252 §3.1). */
function writeExtended(buffer: Uint8Array, offset: number, value: number): number {
  if (value < 13) return offset;
  if (value < 269) {
    buffer[offset] = value - 13;
    return offset + 1;
  }
  buffer[offset] = (value - 269) >> 8;
  buffer[offset + 1] = value - 269;
  return offset + 2;
}

function tooLarge(capacity: number): MessageTooLargeError {
  return new MessageTooLargeError(`expected a message of at most ${capacity} bytes`);
}
