/**
 * CoAP message over reliable transports.
 *
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  |  Len  |  TKL  | Extended Length (0, 1, 2 or 4 bytes)          |
 *  |      Code     | Token length, extended (0 to 2 bytes) | Token ...
 *  |   Options (if any) ...        |1 1 1 1 1 1 1 1|    Payload ...
 *
 * RFC 8323 §3.2, §4.2 (Len is 0 where the transport keeps messages apart), RFC 8974 §2.1.
 */

import { CON, HEADER_BYTES, VERSION, encodeMessage } from "../codec/message.js";
import { MessageFormatError } from "../codec/message-format-error.js";
import type { Options } from "../codec/options.js";
import type { Framing } from "../transport/channel.js";

/** A frame's header, Len and TKL to Code, at its longest. */
const MAX_FRAME_HEADER_BYTES = 6;
/** What a frame may have more than the same message has as a datagram: a length of 4 bytes. */
export const EXTRA_FRAME_BYTES = MAX_FRAME_HEADER_BYTES - HEADER_BYTES;
/** Lengths of options and payload from which on Len is 13, 14 and 15. */
const LEN_13 = 13;
const LEN_14 = 269;
const LEN_15 = 65_805;

/**
 * The layers above know messages as they are over UDP. So a frame's message gets such a header: the type CON, as what
 * is wrong with it is to be answered and not met with silence, and the message ID 0.
 */
export function writeMessageHeader(message: Uint8Array, tkl: number, code: number): void {
  message[0] = (VERSION << 6) | (CON << 4) | tkl;
  message[1] = code;
  message[2] = 0;
  message[3] = 0;
}

/**
 * Writes a message as a frame somewhere in `buffer`, which has {@link EXTRA_FRAME_BYTES} more than the message.
 * @returns the frame, a view on the buffer @throws {MessageTooLargeError} when it does not fit
 */
export function encodeFrame(
  buffer: Uint8Array,
  framing: Framing,
  code: number,
  token: Uint8Array,
  options: Options | undefined,
  payload: Uint8Array | undefined,
): Uint8Array {
  const message = buffer.subarray(EXTRA_FRAME_BYTES);
  const length = encodeMessage(message, CON, code, 0, token, options, payload);
  return frameInPlace(buffer.subarray(0, EXTRA_FRAME_BYTES + length), framing);
}

/** The frame that carries `message`: a copy. */
export function frameOf(message: Uint8Array, framing: Framing): Uint8Array {
  const buffer = new Uint8Array(EXTRA_FRAME_BYTES + message.length);
  buffer.set(message, EXTRA_FRAME_BYTES);
  return frameInPlace(buffer, framing);
}

/** Puts a frame's header in place of that of the message at {@link EXTRA_FRAME_BYTES}: both end before the token. */
function frameInPlace(buffer: Uint8Array, framing: Framing): Uint8Array {
  const tkl = buffer[EXTRA_FRAME_BYTES]! & 15;
  const code = buffer[EXTRA_FRAME_BYTES + 1]!;
  const tokenLengthBytes = extendedTokenLengthBytes(tkl);
  const tokenAt = MAX_FRAME_HEADER_BYTES + tokenLengthBytes;
  const length =
    framing === "message" ? 0 : buffer.length - tokenAt - tokenBytes(tkl, buffer, MAX_FRAME_HEADER_BYTES);
  const extended = length < LEN_13 ? 0 : length < LEN_14 ? 1 : length < LEN_15 ? 2 : 4;
  const start = MAX_FRAME_HEADER_BYTES - 2 - extended;
  const len = extended === 0 ? length : extended === 4 ? 15 : 12 + extended;
  const rest = length - (extended === 1 ? LEN_13 : extended === 2 ? LEN_14 : LEN_15);
  for (let index = 0; index < extended; index += 1)
    buffer[start + 1 + index] = rest >>> (8 * (extended - 1 - index));
  buffer[start] = (len << 4) | tkl;
  buffer[MAX_FRAME_HEADER_BYTES - 1] = code;
  return buffer.subarray(start);
}

/** Bytes of the extended length of a token (RFC 8974 §2.1). */
function extendedTokenLengthBytes(tkl: number): number {
  return tkl < 13 ? 0 : tkl - 12;
}

/** Length of the token whose extended length, if there is one, is at `at` (RFC 8974 §2.1). */
function tokenBytes(tkl: number, bytes: Uint8Array, at: number): number {
  if (tkl < 13) return tkl;
  return tkl === 13 ? 13 + bytes[at]! : 269 + ((bytes[at]! << 8) | bytes[at + 1]!);
}

/** What the first bytes of a frame say. */
export interface FrameHeader {
  readonly tkl: number;
  readonly code: number;
  /** Where the extended length of the token is, or the token. */
  readonly bodyAt: number;
  /** Bytes of the whole frame. */
  readonly frameBytes: number;
}

/** Longest beginning of a frame that {@link readFrameHeader} needs. */
export const MAX_FRAME_START_BYTES = MAX_FRAME_HEADER_BYTES + 2;

/**
 * Reads the beginning of a frame of a byte stream.
 * @param count how many of `bytes` have come @returns undefined when they do not suffice yet
 * @throws {MessageFormatError} for a TKL of 15 (RFC 8974 §2.1)
 */
export function readFrameHeader(bytes: Uint8Array, count: number): FrameHeader | undefined {
  if (count === 0) return undefined;
  const len = bytes[0]! >> 4;
  const tkl = requireTkl(bytes[0]!);
  const extended = len < 13 ? 0 : len === 15 ? 4 : len - 12;
  const bodyAt = 2 + extended;
  const tokenAt = bodyAt + extendedTokenLengthBytes(tkl);
  if (count < tokenAt) return undefined;
  let length = len;
  if (extended > 0) {
    length = len === 13 ? LEN_13 : len === 14 ? LEN_14 : LEN_15;
    let rest = 0;
    for (let index = 0; index < extended; index += 1) rest = rest * 256 + bytes[1 + index]!;
    length += rest;
  }
  const code = bytes[bodyAt - 1]!;
  return { tkl, code, bodyAt, frameBytes: tokenAt + tokenBytes(tkl, bytes, bodyAt) + length };
}

/**
 * The message in a frame that a transport has kept apart (RFC 8323 §4.2), as it would be over UDP.
 * @throws {MessageFormatError}
 */
export function messageOf(frame: Uint8Array): Uint8Array {
  if (frame.length < 2) throw new MessageFormatError(`expected a frame of 2 bytes, got ${frame.length}`, 0);
  const tkl = requireTkl(frame[0]!);
  if (frame[0]! >> 4 !== 0) throw new MessageFormatError(`expected Len 0, got ${frame[0]! >> 4}`, 0);
  const message = new Uint8Array(HEADER_BYTES + frame.length - 2);
  writeMessageHeader(message, tkl, frame[1]!);
  message.set(frame.subarray(2), HEADER_BYTES);
  return message;
}

function requireTkl(first: number): number {
  const tkl = first & 15;
  if (tkl === 15) throw new MessageFormatError("expected a token length, got the reserved 15", 0);
  return tkl;
}
