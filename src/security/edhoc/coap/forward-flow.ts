/**
 * The server's side of the forward message flow: the client is the Initiator. RFC 9528 appendix A.2.1.
 *
 *   POST true, message_1  →  2.04 message_2
 *   POST C_R, message_3   →  2.04, with message_4 where it is used
 */

import { Responder, type ResponderOptions } from "../responder.js";
import type { Begun, ServedSession, Step } from "./served-session.js";

/** Answers message_1. @throws {EdhocError} */
export function beginForward(options: ResponderOptions, message1: Uint8Array): Begun {
  const responder = new Responder(options);
  const message = responder.processMessage1(message1);
  return { message, session: new ForwardSession(responder, options.message4 !== true) };
}

class ForwardSession implements ServedSession {
  readonly connectionId: Uint8Array;
  readonly combines: boolean;
  readonly #responder: Responder;

  constructor(responder: Responder, combines: boolean) {
    this.connectionId = responder.connectionId!;
    this.combines = combines;
    this.#responder = responder;
  }

  take(message3: Uint8Array): Step {
    const { session, message4 } = this.#responder.processMessage3(message3);
    return { session, reply: message4 };
  }

  close(): void {
    this.#responder.close();
  }
}
