/**
 * Value of the OSCORE option: the header of a compressed COSE object.
 *
 *    0 1 2 3 4 5 6 7 <------------- n bytes -------------->
 *   +-+-+-+-+-+-+-+-+--------------------------------------
 *   |0 0 0|h|k|  n  |       Partial IV (if any) ...
 *   +-+-+-+-+-+-+-+-+--------------------------------------
 *    <- 1 byte -> <----- s bytes ------>
 *   +------------+----------------------+------------------+
 *   | s (if any) | kid context (if any) | kid (if any) ... |
 *   +------------+----------------------+------------------+
 *
 * RFC 8613 §6.1.
 */

import { MAX_PARTIAL_IV_BYTES, partialIvLength, writePartialIv } from "./context/partial-iv.js";
import { OscoreFormatError } from "./errors.js";

/** Longest value (RFC 8613 §2). */
export const MAX_OPTION_BYTES = 255;

const PARTIAL_IV_LENGTH = 0x07;
const HAS_KID = 0x08;
const HAS_KID_CONTEXT = 0x10;
const RESERVED = 0xe0;

const NO_BYTES = new Uint8Array(0);

/** What the option says. */
export interface OscoreHeader {
  readonly partialIv: number | undefined;
  readonly kid: Uint8Array | undefined;
  readonly kidContext: Uint8Array | undefined;
}

/** @throws {RangeError} for more than the option has room for */
export function encodeOscoreOption({ partialIv, kid, kidContext }: OscoreHeader): Uint8Array {
  const ivBytes = partialIv === undefined ? 0 : partialIvLength(partialIv);
  const contextBytes = kidContext ? 1 + kidContext.length : 0;
  const flags = ivBytes | (kid ? HAS_KID : 0) | (kidContext ? HAS_KID_CONTEXT : 0);
  // All flags 0 and nothing behind them is no byte at all.
  if (flags === 0) return NO_BYTES;
  const length = 1 + ivBytes + contextBytes + (kid?.length ?? 0);
  if (length > MAX_OPTION_BYTES)
    throw new RangeError(`expected an OSCORE option of at most ${MAX_OPTION_BYTES} bytes, got ${length}`);
  const value = new Uint8Array(length);
  value[0] = flags;
  if (partialIv !== undefined) writePartialIv(value, 1 + ivBytes, partialIv);
  if (kidContext) {
    value[1 + ivBytes] = kidContext.length;
    value.set(kidContext, 2 + ivBytes);
  }
  if (kid) value.set(kid, length - kid.length);
  return value;
}

/** Reads a value from `start` to `end`; `kid` and `kidContext` are views of the bytes. @throws {OscoreFormatError} */
export function decodeOscoreOption(bytes: Uint8Array, start = 0, end = bytes.length): OscoreHeader {
  if (start === end) return { partialIv: undefined, kid: undefined, kidContext: undefined };
  const flags = bytes[start]!;
  // A single 0 stands for nothing that the empty value does not say; RFC 8613 §2 has it empty then.
  if (flags === 0) throw new OscoreFormatError("expected flags other than 0, or no byte");
  if ((flags & RESERVED) !== 0)
    throw new OscoreFormatError(`expected no reserved flag, got 0x${flags.toString(16)}`);
  const ivBytes = flags & PARTIAL_IV_LENGTH;
  if (ivBytes > MAX_PARTIAL_IV_BYTES)
    throw new OscoreFormatError(
      `expected a Partial IV of at most ${MAX_PARTIAL_IV_BYTES} bytes, got ${ivBytes}`,
    );
  let at = start + 1 + ivBytes;
  if (at > end) throw new OscoreFormatError(`expected ${ivBytes} bytes of Partial IV`);
  let kidContext: Uint8Array | undefined;
  if ((flags & HAS_KID_CONTEXT) !== 0) {
    const contextEnd = at + 1 + (bytes[at] ?? 0);
    if (at >= end || contextEnd > end) throw new OscoreFormatError("expected the kid context");
    kidContext = bytes.subarray(at + 1, contextEnd);
    at = contextEnd;
  }
  if ((flags & HAS_KID) === 0 && at < end)
    throw new OscoreFormatError(`expected nothing behind byte ${at - start}, got ${end - at} bytes`);
  return {
    partialIv: ivBytes === 0 ? undefined : readPartialIv(bytes, start + 1, ivBytes),
    kid: (flags & HAS_KID) === 0 ? undefined : bytes.subarray(at, end),
    kidContext,
  };
}

function readPartialIv(bytes: Uint8Array, start: number, length: number): number {
  let partialIv = bytes[start]!;
  // §5: it is authenticated as it is sent, and has but one form.
  if (length > 1 && partialIv === 0)
    throw new OscoreFormatError("expected a Partial IV without leading zero");
  for (let at = start + 1; at < start + length; at += 1) partialIv = partialIv * 0x100 + bytes[at]!;
  return partialIv;
}
