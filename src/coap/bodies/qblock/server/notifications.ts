/**
 * Notifications whose bodies travel in Q-Block2 blocks, all Confirmable or all Non-confirmable, with the token of the
 * registration. RFC 9177 §4.5, §7, RFC 7641 §4.5.
 */

import type { TransferTerms } from "../../block/transfer-terms.js";
import { CON, MessageTooLargeError, encodedMessage, type Message } from "../../../codec/message.js";
import { CoapError } from "../../../errors.js";
import type { EndpointContext } from "../../../messaging/endpoint-context.js";
import type { MessageSender } from "../../../messaging/messaging.js";
import type { Peer } from "../../../messaging/peer.js";
import { Transmission, type TransmissionHandler } from "../../../messaging/transmission.js";
import type { Answer, NotificationListener, Notifier } from "../../../requesting/notifier.js";
import { RequestError } from "../../../server/request-error.js";
import { ConfirmableBlocks } from "../block-sets.js";
import type { QBlockParameters } from "../parameters.js";
import type { OutgoingBodies } from "./outgoing-bodies.js";
import type { OutgoingBody } from "./outgoing-body.js";
import { cutIntoBlocks, type WholeResponse } from "./response-blocks.js";

const NO_BYTES = new Uint8Array(0);

/** What notifications need besides their registration. */
export interface NotificationParts {
  readonly endpoint: EndpointContext;
  readonly parameters: QBlockParameters;
  readonly sender: MessageSender;
  readonly bodies: OutgoingBodies;
  readonly terms: TransferTerms;
}

export class Notifications implements Notifier {
  readonly #parts: NotificationParts;
  readonly #peer: Peer;
  /** What registered. */
  readonly #request: Message;
  /** Size exponent of the blocks that it asked for. */
  readonly #szx: number;
  readonly #listener: NotificationListener;
  /** The body under way, or that was sent last. */
  #body: OutgoingBody | undefined;
  /** Confirmable messages under way. */
  readonly #transmissions = new Set<Transmission>();
  /** One of them was acknowledged. */
  #onAcknowledged: () => void = () => undefined;
  #closed = false;
  busy = false;

  constructor(
    peer: Peer,
    request: Message,
    szx: number,
    listener: NotificationListener,
    parts: NotificationParts,
  ) {
    this.#peer = peer;
    this.#request = request;
    this.#szx = szx;
    this.#listener = listener;
    this.#parts = parts;
  }

  get terms(): TransferTerms {
    return this.#parts.terms;
  }

  get notifications(): "CON" | "NON" {
    return this.#request.type === CON ? "CON" : "NON";
  }

  get mayProbe(): boolean {
    return this.#peer.quietUntilMs <= this.#parts.endpoint.clock.monotonicMs();
  }

  send(answer: Answer, confirmable: boolean): void {
    this.busy = true;
    this.#parts.endpoint.deadlines.soon(() => {
      if (this.#closed) return;
      try {
        if (confirmable) this.#sendConfirmable(answer, false);
        else this.#sendNonConfirmable(answer);
      } catch (error) {
        this.#fail(error);
      }
    });
  }

  supersede(answer: Answer, messageId: number): Uint8Array {
    const { token } = this.#request;
    const { code, options, payload } = this.#sendConfirmable(answer, true);
    return encodedMessage(CON, code, messageId, token, options, payload);
  }

  close(): void {
    this.#closed = true;
    this.#forget();
  }

  #sendNonConfirmable(answer: Answer): void {
    const { endpoint, parameters, bodies, sender } = this.#parts;
    const { token } = this.#request;
    const peer = this.#peer;
    const body = this.#begin(answer);
    if (!body) {
      const { code, options, payload } = answer;
      this.busy = false;
      this.#listener.sent(sender.immediate(peer, { code, token, options, payload }));
      return;
    }
    bodies.sendSets(body, token, () => this.#end(body));
    // A body as a whole is subject to PROBING_RATE (§7.2).
    const pauseMs = endpoint.congestionControl.probingPauseMs(peer, body.blocks.totalBytes);
    peer.quietUntilMs = endpoint.clock.monotonicMs() + Math.min(pauseMs, parameters.nonProbingWaitMs);
  }

  /**
   * Begins to send Confirmable messages.
   * @param takesOver the first one is sent already, in place of one of an earlier state
   * @returns the first one
   */
  #sendConfirmable(answer: Answer, takesOver: boolean): WholeResponse {
    const { endpoint, bodies } = this.#parts;
    const body = this.#begin(answer);
    const count = body?.blocks.count ?? 1;
    const { code, options, payload = NO_BYTES } = answer;
    const message = (number: number): WholeResponse =>
      body?.blocks.block(number) ?? { code, options, payload };
    const nstart = endpoint.congestionControl.nstart(this.#peer);
    const blocks = new ConfirmableBlocks(count, nstart, (number) => {
      if (number > 0 || !takesOver) this.#transmit(message(number));
    });
    if (body) body.sender = blocks;
    let missing = count;
    this.#onAcknowledged = () => {
      missing -= 1;
      if (missing === 0) {
        if (body) body.notifying = false;
        this.busy = false;
        this.#listener.acknowledged();
        return;
      }
      bodies.keep(body!);
      blocks.acknowledged();
    };
    this.#parts.endpoint.deadlines.soon(() => {
      try {
        blocks.start();
      } catch (error) {
        this.#fail(error);
      }
    });
    return message(0);
  }

  /** The body of a notification, in place of that of an earlier one; undefined where it goes in one message. */
  #begin({ code, options, payload = NO_BYTES }: Answer): OutgoingBody | undefined {
    const { endpoint, bodies } = this.#parts;
    const request = this.#request;
    const { maxMessageBytes } = endpoint.limits;
    const blocks = cutIntoBlocks({ code, options, payload }, request.tokenLength, this.#szx, maxMessageBytes);
    this.#forget();
    if (!blocks) {
      bodies.replace(this.#peer, request);
      return undefined;
    }
    const body = bodies.begin(this.#peer, request, blocks);
    body.notifying = true;
    body.onDropped = () => this.#end(body);
    body.onRejected = () => this.#listener.rejected();
    this.#body = body;
    return body;
  }

  /** Nothing more of a body is sent unless it is asked for. */
  #end(body: OutgoingBody): void {
    if (!body.notifying) return;
    body.notifying = false;
    this.busy = false;
    this.#onAcknowledged = () => undefined;
    this.#listener.sent();
  }

  #transmit({ code, options, payload }: WholeResponse): void {
    const { sender } = this.#parts;
    const handler: TransmissionHandler = {
      acknowledged: () => {
        if (this.#transmissions.delete(transmission)) this.#onAcknowledged();
      },
      rejected: () => this.#listener.rejected(),
      failed: () => this.#listener.failed(),
      supersede: (messageId) => {
        // It goes on, with other content.
        if (!this.#transmissions.delete(transmission)) return undefined;
        let bytes: Uint8Array | undefined;
        try {
          bytes = this.#listener.supersede(messageId);
        } catch (error) {
          this.#fail(error);
        }
        if (!this.#closed) this.#transmissions.add(transmission);
        return bytes;
      },
    };
    const { token } = this.#request;
    const transmission = new Transmission(this.#peer, true, handler);
    sender.send(transmission, { code, token, options, payload });
    this.#transmissions.add(transmission);
  }

  /** Neither sends nor repeats anything of what is under way. */
  #forget(): void {
    const { bodies, sender } = this.#parts;
    for (const transmission of this.#transmissions) sender.cancel(transmission);
    this.#transmissions.clear();
    const body = this.#body;
    this.#body = undefined;
    if (!body) return;
    body.notifying = false;
    bodies.drop(body);
  }

  /** No block has room beside the options, or no message a place in the queue: the client will register again. */
  #fail(error: unknown): void {
    const isExpected =
      error instanceof CoapError || error instanceof RequestError || error instanceof MessageTooLargeError;
    if (!isExpected) this.#parts.endpoint.deadlines.fault(error);
    this.#listener.failed();
  }
}
