/**
 * Signaling messages and their options. RFC 8323 §5, RFC 8974 §2.2.1.
 *
 * Each code has option numbers of its own (§5.2). All options that are defined are elective.
 */

import { decodeUint } from "../../bytes/uint.js";
import { Utf8Error, decodeUtf8, encodeUtf8 } from "../../bytes/utf8.js";
import { ABORT, CSM, PING, PONG, RELEASE } from "../codec/code.js";
import { MAX_TOKEN_BYTES, type Message } from "../codec/message.js";
import { isCritical } from "../codec/option-number.js";
import { Options } from "../codec/options.js";
import type { OptionsView } from "../codec/options-view.js";
import type { Capabilities } from "../messaging/capabilities.js";

/** Of a CSM: the largest message that its sender takes, in bytes (RFC 8323 §5.3.1). */
export const MAX_MESSAGE_SIZE = 2;
/** Of a CSM: its sender takes blocks (RFC 8323 §5.3.2). */
export const BLOCK_WISE_TRANSFER = 4;
/** Of a CSM: the longest token that its sender takes, in bytes (RFC 8974 §2.2.1). */
export const EXTENDED_TOKEN_LENGTH = 6;
/** Of Ping and Pong: what came before it is done, or is to be (RFC 8323 §5.4.1). */
export const CUSTODY = 2;
/** Of Release: where to connect to instead (RFC 8323 §5.5). */
export const ALTERNATIVE_ADDRESS = 2;
/** Of Release: for how many seconds not to connect again (RFC 8323 §5.5). */
export const HOLD_OFF = 4;
/** Of Abort: the number of the CSM's option that could not be processed (RFC 8323 §5.6). */
export const BAD_CSM_OPTION = 2;

/** Shortest longest token that can be announced (RFC 8974 §2.2.1). */
const MIN_TOKEN_LIMIT = 8;

/** A signaling message as it is sent. */
export interface Signal {
  readonly code: number;
  readonly token?: Uint8Array;
  readonly options?: Options;
  /** Diagnostic payload (RFC 8323 §5.1). */
  readonly payload?: Uint8Array;
}

/** Says what we take (RFC 8323 §5.3). */
export function csm({ maxMessageBytes, blockwise, maxTokenBytes }: Capabilities): Signal {
  const options = new Options().addUint(MAX_MESSAGE_SIZE, maxMessageBytes);
  if (blockwise) options.addEmpty(BLOCK_WISE_TRANSFER);
  if (maxTokenBytes > MIN_TOKEN_LIMIT) options.addUint(EXTENDED_TOKEN_LENGTH, maxTokenBytes);
  return { code: CSM, options };
}

/** Asks whether the peer is there (RFC 8323 §5.4). */
export function ping(token: Uint8Array): Signal {
  return { code: PING, token };
}

/** Answers a Ping. @param custody all that came before it is done (RFC 8323 §5.4.1) */
export function pong(token: Uint8Array, custody: boolean): Signal {
  return custody ? { code: PONG, token, options: new Options().addEmpty(CUSTODY) } : { code: PONG, token };
}

/** Asks the peer to close the connection (RFC 8323 §5.5). */
export function release(diagnostic: string): Signal {
  return { code: RELEASE, payload: encodeUtf8(diagnostic) };
}

/** Says why the connection is closed now (RFC 8323 §5.6). @param badOption of a CSM, where it was at fault */
export function abort(diagnostic: string, badOption?: number): Signal {
  const payload = encodeUtf8(diagnostic);
  if (badOption === undefined) return { code: ABORT, payload };
  return { code: ABORT, options: new Options().addUint(BAD_CSM_OPTION, badOption), payload };
}

/** What holds after a further CSM: each option replaces what it said before (RFC 8323 §5.3). */
export function withCsm(known: Capabilities, { options }: Message): Capabilities {
  const announced = uint(options, EXTENDED_TOKEN_LENGTH, 3);
  return {
    maxMessageBytes: uint(options, MAX_MESSAGE_SIZE, 4) ?? known.maxMessageBytes,
    blockwise: known.blockwise || hasEmpty(options, BLOCK_WISE_TRANSFER),
    maxTokenBytes:
      announced !== undefined && announced >= MIN_TOKEN_LIMIT
        ? Math.min(announced, MAX_TOKEN_BYTES)
        : known.maxTokenBytes,
  };
}

/** Whether a Ping wants to know that what came before it is done (RFC 8323 §5.4.1). */
export function wantsCustody({ options }: Message): boolean {
  return hasEmpty(options, CUSTODY);
}

/** Seconds for which a Release asks not to connect again; 0 where it does not (RFC 8323 §5.5). */
export function holdOffSeconds({ options }: Message): number {
  return uint(options, HOLD_OFF, 3) ?? 0;
}

/** The diagnostic payload; nothing where it is no text (RFC 8323 §5.1). */
export function diagnosticOf({ payload }: Message): string {
  try {
    return decodeUtf8(payload);
  } catch (error) {
    if (!(error instanceof Utf8Error)) throw error;
    return "";
  }
}

/** Number of the first critical option: none is defined (RFC 8323 §5.2). */
export function criticalOption({ options }: Message): number | undefined {
  return options.entries().find(({ number }) => isCritical(number))?.number;
}

/** As with other elective options, one of a length that is not allowed counts as absent (RFC 7252 §5.4.3). */
function uint(options: OptionsView, number: number, maxLength: number): number | undefined {
  const value = options.first(number);
  return value && value.length <= maxLength ? decodeUint(value) : undefined;
}

function hasEmpty(options: OptionsView, number: number): boolean {
  return options.first(number)?.length === 0;
}
