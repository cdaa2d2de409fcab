/** A request of ours that is protected, until the last response to it. RFC 8613 §7.1, §7.4.1, §8.1, §8.4. */

import { encodeUint } from "../../../bytes/uint.js";
import { MIN_SZX, blockOption, encodeBlock } from "../../../coap/bodies/block/block.js";
import { BAD_REQUEST, REQUEST_ENTITY_TOO_LARGE, UNAUTHORIZED, codeClass } from "../../../coap/codec/code.js";
import type { Message } from "../../../coap/codec/message.js";
import { MessageFormatError } from "../../../coap/codec/message-format-error.js";
import { BLOCK1, ECHO, OBSERVE, OSCORE } from "../../../coap/codec/option-number.js";
import { Options } from "../../../coap/codec/options.js";
import type { CoapError } from "../../../coap/errors.js";
import type { EndpointContext } from "../../../coap/messaging/endpoint-context.js";
import type { TransmissionHandler } from "../../../coap/messaging/transmission.js";
import type { SecurityContext } from "../context/security-context.js";
import { unwrapIdContext } from "../contexts/renewal.js";
import { OscoreError, OscoreFormatError } from "../errors.js";
import { reencode } from "../message/reencode.js";
import { decryptedMessage } from "../message/decrypted-message.js";
import { decodeOscoreOption } from "../option.js";
import type { OuterResponses } from "./outer-responses.js";
import type { ProtectedPeer } from "./protected-peer.js";

/** Longest R2 that is taken of a server: it is to fit an Echo option (RFC 9175 §2.2.1). */
const MAX_R2_BYTES = 40;

/** Takes responses that a proxy has cut, before they are verified. */
export interface WholeResponses extends Pick<OuterResponses, "take"> {
  readonly endpoint: Pick<EndpointContext, "counters" | "deadlines">;
}

export class ProtectedRequest implements TransmissionHandler {
  readonly peer: ProtectedPeer;
  /** Its code and options as they go out. */
  readonly code: number;
  readonly options: Options;
  /** It registers an observation: several responses may come. */
  readonly isRegistration: boolean;
  readonly #security: SecurityContext;
  readonly #responses: WholeResponses;
  readonly #partialIv: number;
  readonly #handler: TransmissionHandler | undefined;
  /** A response used the nonce of the request, which one may. */
  #nonceUsed = false;
  /** Notification Number: the largest Partial IV of a notification (§4.1.3.5.2). */
  #notificationNumber = -1;
  /** Notifications that were taken: they count up, whatever their Partial IVs leave out. */
  #notifications = 0;

  constructor(
    peer: ProtectedPeer,
    security: SecurityContext,
    partialIv: number,
    code: number,
    options: Options,
    isRegistration: boolean,
    responses: WholeResponses,
    handler: TransmissionHandler | undefined,
  ) {
    this.peer = peer;
    this.code = code;
    this.options = options;
    this.#security = security;
    this.#responses = responses;
    this.isRegistration = isRegistration;
    this.#partialIv = partialIv;
    this.#handler = handler;
  }

  started(): void {
    this.#handler?.started?.();
  }

  acknowledged(response: Message | undefined, roundTripMs: number | undefined): void {
    if (!response) this.#handler?.acknowledged(undefined, roundTripMs);
    // A device's stack has 512 slots: the frames of reception and those of decryption would not fit it together.
    else this.#responses.endpoint.deadlines.soon(() => this.#acknowledgedWith(response, roundTripMs));
  }

  rejected(): void {
    this.#handler?.rejected();
  }

  failed(error: CoapError): void {
    this.#handler?.failed(error);
  }

  /**
   * The response as the layers above see it; undefined where it is none to this request, or came before (§8.4).
   * An error that says nothing of protection is taken as it is: a proxy's, or that of a server which could not protect it.
   */
  verify(message: Message): Message | undefined {
    const [value, another] = message.options.all(OSCORE);
    if (!value) return codeClass(message.code) >= 4 ? this.#unprotected(message) : undefined;
    // RFC 7252 §5.4.5: one too many is an option that is critical and not known.
    if (another) return undefined;
    try {
      return this.#open(message, value);
    } catch (error) {
      if (error instanceof OscoreFormatError || error instanceof MessageFormatError) return undefined;
      throw error;
    }
  }

  #acknowledgedWith(response: Message, roundTripMs: number | undefined): void {
    if (this.#responses.take(this, response)) {
      this.#handler?.acknowledged(undefined, roundTripMs);
      return;
    }
    const verified = this.verify(response);
    if (!verified) this.#responses.endpoint.counters.unverified += 1;
    // §8.4.2: what does not verify does not end an observation.
    if (verified || this.isRegistration) this.#handler?.acknowledged(verified, roundTripMs);
    else this.#handler?.failed(notVerified(this.peer));
  }

  #open(message: Message, value: Uint8Array): Message | undefined {
    const { partialIv, kidContext } = decodeOscoreOption(value);
    const { context } = this.peer;
    const renewed = kidContext && context.renewal && this.#renew(message, partialIv, kidContext);
    if (renewed) return renewed;
    const plaintext = this.#security.openResponse(this.#partialIv, partialIv, message.payload);
    if (!plaintext) return undefined;
    const inner = decryptedMessage(message, plaintext, encodeUint(this.#notifications));
    if (codeClass(inner.code) < 2 || codeClass(inner.code) > 5) return undefined;
    const isNotification = inner.options.has(OBSERVE);
    // §4.1.3.5.2: nobody asked for notifications.
    if (isNotification && !this.isRegistration) return undefined;
    if (!this.#isNext(partialIv)) return undefined;
    if (isNotification) this.#notifications += 1;
    context.confirm(this.#security);
    return inner;
  }

  /** Anybody can send such an error: the context is kept, and only said again as to a server that has it not. */
  #unprotected(message: Message): Message {
    // §8.2: "Security context not found", "Decryption failed".
    if (message.code === UNAUTHORIZED || message.code === BAD_REQUEST) this.peer.context.doubt();
    return withInnerBlocks(message);
  }

  /**
   * §B.2, step 3: a response that offers new keys. Whoever asked hears 4.01 with an Echo value, and asks again with them.
   */
  #renew(message: Message, partialIv: number | undefined, kidContext: Uint8Array): Message | undefined {
    const { context } = this.peer;
    const r2 = unwrapIdContext(kidContext);
    if (!r2 || r2.length === 0 || r2.length > MAX_R2_BYTES) return undefined;
    if (context.security.isForgotten) return undefined;
    const second = context.renewal!.second(this.#security, r2);
    const plaintext = second.openResponse(this.#partialIv, partialIv, message.payload);
    second.close();
    if (plaintext?.[0] !== UNAUTHORIZED) return undefined;
    // Another request may have done so already.
    if (context.security === this.#security) context.renew(context.renewal!.third(r2));
    return withEcho(decryptedMessage(message, plaintext), r2);
  }

  /**
   * §7.4.1: what came before is not taken, nor what is older than something that came; without a Partial IV one response
   * may be, and it is the oldest.
   */
  #isNext(partialIv: number | undefined): boolean {
    if (partialIv === undefined) {
      if (this.#nonceUsed || this.#notificationNumber >= 0) return false;
      this.#nonceUsed = true;
      return true;
    }
    if (partialIv <= this.#notificationNumber) return false;
    this.#notificationNumber = partialIv;
    return true;
  }
}

/** What a request fails with whose response is not the server's. */
export function notVerified({ address, port, context }: ProtectedPeer): OscoreError {
  return new OscoreError(
    `expected a response of ${address} port ${port} protected with ${context.name}, got one that is not`,
  );
}

/**
 * A proxy that takes no message of that size may say which blocks it takes (RFC 7959 §2.9.3). It counts bytes of
 * ciphertext; the blocks inside (RFC 8613 §4.1.3.4.1) have to be smaller by what protection adds.
 */
function withInnerBlocks(message: Message): Message {
  const block = message.code === REQUEST_ENTITY_TOO_LARGE ? blockOption(message.options, BLOCK1) : undefined;
  if (!block || block.szx === MIN_SZX) return message;
  const options = new Options().addAll(message.options);
  options.setUint(BLOCK1, encodeBlock(block.number, block.more, block.szx - 1));
  return reencode(message, options, message.payload);
}

/** The message with an Echo option: its own, where it has one. */
function withEcho(message: Message, value: Uint8Array): Message {
  if (message.options.has(ECHO)) return message;
  return reencode(message, new Options().addAll(message.options).add(ECHO, value), message.payload);
}
