/** Block-wise transfer without waiting for each block: Q-Block1 and Q-Block2, for server and client. RFC 9177. */

import type { Message } from "../../codec/message.js";
import type { CoapError } from "../../errors.js";
import type { EndpointContext } from "../../messaging/endpoint-context.js";
import type { IncomingRequest } from "../../messaging/incoming-request.js";
import type { MessageSender } from "../../messaging/messaging.js";
import type { Peer } from "../../messaging/peer.js";
import type {
  BodyLimits,
  BodyTransfers,
  BodyTransfersFactory,
  ClientTransfers,
} from "../../requesting/body-transfers.js";
import type { RequestHandler } from "../../requesting/request-layer.js";
import { QBlockClient } from "./client/client.js";
import { qBlockParameters, type QBlockParameters } from "./parameters.js";
import { QBlockServer } from "./server/server.js";

/**
 * Makes an endpoint take Q-Block options, and its client send them where a request says so.
 *
 * @example new Endpoint(platform, { site, qBlock: qBlock() })
 * @throws {RangeError} when the endpoint is made, for parameters that contradict each other
 */
export function qBlock(parameters: Partial<QBlockParameters> = {}): BodyTransfersFactory {
  return (server, endpoint, site) =>
    new QBlock(server, endpoint, site, qBlockParameters(endpoint.parameters, parameters));
}

class QBlock implements BodyTransfers {
  readonly #server: QBlockServer;
  readonly #client: QBlockClient;
  #sender: MessageSender | undefined;

  constructor(
    requestHandler: RequestHandler,
    endpoint: EndpointContext,
    site: BodyLimits,
    parameters: QBlockParameters,
  ) {
    const sender = (): MessageSender => this.#sender!;
    this.#server = new QBlockServer(requestHandler, endpoint, site, parameters, sender);
    this.#client = new QBlockClient(endpoint, parameters, sender);
  }

  attach(sender: MessageSender): void {
    this.#sender = sender;
  }

  client(otherwise: ClientTransfers): ClientTransfers {
    this.#client.otherwise = otherwise;
    return this.#client;
  }

  take(request: IncomingRequest): boolean {
    return this.#server.take(request);
  }

  rejected(messageId: number, peer: Peer): boolean {
    return this.#client.rejected(messageId, peer) || this.#server.rejected(messageId, peer);
  }

  response(message: Message, peer: Peer): boolean {
    return this.#client.response(message, peer);
  }

  refused(peer: Peer, error: CoapError): void {
    this.#client.refused(peer, error);
  }

  close(): void {
    this.#client.close();
  }
}
