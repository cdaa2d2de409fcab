/**
 * Combined requests of an endpoint: RFC 9668 §3. It stands below OSCORE: takes message_3 off requests before they are
 * verified, and puts it in front of the first that is protected with the new keys.
 */

import { CborError } from "../../../cbor/error.js";
import { BAD_REQUEST, INTERNAL_SERVER_ERROR } from "../../../coap/codec/code.js";
import { EDHOC_CBOR_SEQ } from "../../../coap/codec/content-format.js";
import type { Message } from "../../../coap/codec/message.js";
import { BLOCK1, BLOCK2, CONTENT_FORMAT, EDHOC } from "../../../coap/codec/option-number.js";
import { Options } from "../../../coap/codec/options.js";
import { encodeUtf8 } from "../../../bytes/utf8.js";
import type { CoapError } from "../../../coap/errors.js";
import type { AmplificationPolicy } from "../../../coap/messaging/amplification.js";
import type { EndpointContext } from "../../../coap/messaging/endpoint-context.js";
import { InnerRequest, type IncomingRequest } from "../../../coap/messaging/incoming-request.js";
import type { MessageSender } from "../../../coap/messaging/messaging.js";
import type { Peer } from "../../../coap/messaging/peer.js";
import type {
  MessageProtection,
  MessageProtectionFactory,
} from "../../../coap/requesting/message-protection.js";
import type { RequestLayer } from "../../../coap/requesting/request-layer.js";
import { OuterBlocks } from "../../oscore/layer/outer-blocks.js";
import type { EdhocServer } from "../coap/server.js";
import { EdhocError, EdhocProcessingError } from "../errors.js";
import { CombiningSender } from "./combining-sender.js";
import { splitCombinedRequest } from "./combined-request.js";
import { PendingMessages } from "../coap/pending-messages.js";

/**
 * @example
 * const combined = new CombinedRequests(edhoc);
 * const endpoint = new Endpoint(platform, { site, oscore: combined.around(oscore({ contexts })) });
 */
export class CombinedRequests {
  /** message_3 of sessions of ours, until a request carries it. */
  readonly pending = new PendingMessages();
  readonly #server: EdhocServer | undefined;

  /** @param server whose sessions such requests complete; absent: the endpoint is a client only */
  constructor(server?: EdhocServer) {
    this.#server = server;
  }

  /** OSCORE's layer with this below it. @param factory what `oscore()` makes */
  around(factory: MessageProtectionFactory): MessageProtectionFactory {
    return (endpoint) => new CombiningProtection(factory(endpoint), endpoint, this.#server, this.pending);
  }
}

class CombiningProtection implements MessageProtection {
  readonly #oscore: MessageProtection;
  readonly #endpoint: EndpointContext;
  readonly #server: EdhocServer | undefined;
  readonly #pending: PendingMessages;
  /** Made when a proxy cuts a combined request, which few do. */
  #blocks: OuterBlocks | undefined;

  constructor(
    oscore: MessageProtection,
    endpoint: EndpointContext,
    server: EdhocServer | undefined,
    pending: PendingMessages,
  ) {
    this.#oscore = oscore;
    this.#endpoint = endpoint;
    this.#server = server;
    this.#pending = pending;
  }

  get amplification(): AmplificationPolicy {
    return this.#oscore.amplification;
  }

  attach(above: RequestLayer, below: MessageSender): MessageSender {
    return this.#oscore.attach(above, new CombiningSender(below, this.#pending));
  }

  peer(peer: Peer, securityContext: string): Peer {
    return this.#oscore.peer(peer, securityContext);
  }

  close(): void {
    this.#oscore.close();
  }

  request(request: IncomingRequest): void {
    const server = this.#server;
    if (server === undefined || request.multicast || !request.message.options.has(EDHOC))
      this.#oscore.request(request);
    // On a stack of its own: those of devices have 512 slots.
    else
      this.#endpoint.deadlines.soon(() => {
        try {
          const whole = this.#whole(request);
          if (whole) this.#complete(server, whole);
        } catch (error) {
          this.#endpoint.deadlines.fault(error);
          request.respond(INTERNAL_SERVER_ERROR, new Options(), undefined);
        }
      });
  }

  response(message: Message, peer: Peer): boolean {
    return this.#oscore.response(message, peer);
  }

  isForGroup(message: Message): boolean {
    return this.#oscore.isForGroup(message);
  }

  rejected(messageId: number, peer: Peer): void {
    this.#oscore.rejected(messageId, peer);
  }

  refused(peer: Peer, error: CoapError): void {
    this.#oscore.refused(peer, error);
  }

  awaits(peer: Peer, notifications?: boolean): boolean {
    return this.#oscore.awaits(peer, notifications);
  }

  disconnected(peer: Peer, error: CoapError): void {
    this.#oscore.disconnected(peer, error);
  }

  /** The request that a proxy has not cut, or all of it (§3.3.2); undefined where more is to come. */
  #whole(request: IncomingRequest): IncomingRequest | undefined {
    const { options } = request.message;
    if (!options.has(BLOCK1) && !options.has(BLOCK2)) return request;
    this.#blocks ??= new OuterBlocks(this.#endpoint);
    return this.#blocks.take(request);
  }

  /** §3.3.1 */
  #complete(server: EdhocServer, request: IncomingRequest): void {
    const combined = splitCombinedRequest(request.message);
    if (combined === undefined) {
      request.respond(BAD_REQUEST, new Options(), encodeUtf8("expected message_3 and a protected request"));
      return;
    }
    const { address, port, scheme } = request.peer;
    try {
      server.completeCombined(combined.connectionId, combined.message3, { address, port, scheme });
    } catch (error) {
      const isExpected = error instanceof EdhocError || error instanceof CborError;
      if (!isExpected) this.#endpoint.deadlines.fault(error);
      refuse(request, error);
      return;
    }
    this.#oscore.request(new InnerRequest(request, request.peer, combined.request));
  }
}

/** The session is over: error 1, whatever went wrong, without protection (§3.3.1). */
function refuse(request: IncomingRequest, error: unknown): void {
  const { reply } = new EdhocProcessingError(error instanceof EdhocError ? error.message : "internal error");
  request.respond(BAD_REQUEST, new Options().addUint(CONTENT_FORMAT, EDHOC_CBOR_SEQ), reply);
}
