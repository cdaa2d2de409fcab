/** Sends a request whose body may need several blocks. RFC 7959 §2.5, §2.6, §3, RFC 8323 §6. */

import { CONTINUE, REQUEST_ENTITY_TOO_LARGE, codeClass, formatCode, isFinalSuccess } from "../codec/code.js";
import { MessageTooLargeError } from "../codec/message.js";
import { BLOCK1, IF_NONE_MATCH, SIZE1 } from "../codec/option-number.js";
import { Options } from "../codec/options.js";
import {
  MAX_SZX,
  MIN_SZX,
  blockBytes,
  blockLength,
  blockOption,
  encodeBlock,
} from "../bodies/block/block.js";
import { TransferTerms } from "../bodies/block/transfer-terms.js";
import { ProtocolError } from "../errors.js";
import type { Limits } from "../limits.js";
import { TOKEN_BYTES } from "../requesting/token.js";
import type { BodyReader } from "./body-reader.js";
import type { Received, Requester } from "./requester.js";

export interface UploadOptions {
  readonly limits: Limits;
  /** Size exponent of the blocks to begin with, where the caller wants one; a server may want smaller ones. */
  readonly szx: number | undefined;
  readonly onProgress: ((bytes: number, totalBytes: number | undefined) => void) | undefined;
}

/**
 * @returns the response to the last block, or the one that ended the transfer before it
 * @throws {CoapError} @throws {MessageTooLargeError} for a body that does not fit a message to a peer that takes no blocks
 */
export async function upload(
  requester: Requester,
  code: number,
  base: Options,
  body: BodyReader,
  { limits, szx: wantedSzx, onProgress }: UploadOptions,
): Promise<Received> {
  const agree = (): TransferTerms =>
    new TransferTerms(limits, requester.peer.capabilities).forBlocks(wantedSzx);
  let terms = agree();
  let roomBytes = terms.roomBytes(TOKEN_BYTES, base);
  if (body.totalBytes === undefined || body.totalBytes > roomBytes) {
    await requester.negotiated();
    terms = agree();
    roomBytes = terms.roomBytes(TOKEN_BYTES, base);
  }
  let { maxSzx: szx, whole } = terms;
  let offset = 0;
  /** Undefined where the block leaves no room for the options in a message, and a smaller one may. */
  const send = async (options: Options, bytes: Uint8Array): Promise<Received | undefined> => {
    try {
      return await requester.send(code, options, bytes);
    } catch (error) {
      if (!(error instanceof MessageTooLargeError) || szx === MIN_SZX || !terms.blocks) throw error;
      return undefined;
    }
  };
  for (;;) {
    const { bytes, last } = await body.take(whole ? roomBytes : blockLength(szx, Infinity, roomBytes));
    if (offset === 0 && last) {
      const received = await send(new Options().addAll(base), bytes);
      const hint = received ? smallerBlocks(received, bytes.length, terms) : szx - 1;
      if (received && hint === undefined) return received;
      body.unread(bytes);
      szx = hint ?? szx;
      whole = false;
      continue;
    }
    if (whole) {
      body.unread(bytes);
      if (!terms.blocks)
        throw new MessageTooLargeError(
          `expected a body that fits a message of ${terms.messageBytes} bytes: the peer takes no blocks`,
        );
      whole = false;
      continue;
    }
    const options = new Options().addAll(base);
    // RFC 7959 §2.10: it only makes sense with the first block.
    if (offset > 0) options.remove(IF_NONE_MATCH);
    options.addUint(BLOCK1, encodeBlock(offset / blockBytes(szx), !last, szx));
    if (offset === 0 && body.totalBytes !== undefined) options.addUint(SIZE1, body.totalBytes);
    const received = await send(options, bytes);
    if (!received) {
      body.unread(bytes);
      szx -= 1;
      continue;
    }
    const block = blockOption(received.message.options, BLOCK1, terms.understoodSzx);
    if (received.message.code === REQUEST_ENTITY_TOO_LARGE && offset === 0 && block && block.szx < szx) {
      // §2.9.3: the server takes smaller blocks only.
      body.unread(bytes);
      szx = block.szx;
      continue;
    }
    if (last && isFinalSuccess(received.message.code)) onProgress?.(offset + bytes.length, body.totalBytes);
    if (last || codeClass(received.message.code) !== 2) return received;
    // 2.31 says enough by itself (§2.9.1); libcoap 4.3.1 at times leaves Block1 out.
    if (!block && received.message.code !== CONTINUE) {
      const got = formatCode(received.message.code);
      throw new ProtocolError(
        `expected 2.31 Continue with Block1 after the first block, got ${got} without Block1`,
      );
    }
    // A success other than 2.31 is the answer to this block alone, of a server that acts on each one (§2.3).
    if (received.message.code !== CONTINUE && block?.more)
      throw new ProtocolError(
        `expected 2.31 Continue, got ${formatCode(received.message.code)} with more blocks to come`,
      );
    offset += bytes.length;
    onProgress?.(offset, body.totalBytes);
    szx = Math.min(szx, block?.szx ?? szx);
  }
}

/** §2.9.3: a 4.13 to a request without Block1 may name, in one, the size of the blocks that the server takes. */
function smallerBlocks(
  { message }: Received,
  bodyBytes: number,
  { understoodSzx }: TransferTerms,
): number | undefined {
  if (message.code !== REQUEST_ENTITY_TOO_LARGE) return undefined;
  const block = blockOption(message.options, BLOCK1, understoodSzx);
  // What did not do as one message does not do as one BERT block either.
  return block && blockBytes(block.szx) < bodyBytes ? Math.min(block.szx, MAX_SZX) : undefined;
}
