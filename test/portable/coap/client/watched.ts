/** An observation under test, of a server that is played by hand. */

import { fromHex } from "../../../../src/bytes/hex.js";
import type { Observation } from "../../../../src/coap/client/observation.js";
import type { ClientResponse } from "../../../../src/coap/client-response.js";
import { Lab, reply } from "../wire.js";

/** The bytes of a request behind its token. */
export function behindToken(request: string | undefined): string {
  return request!.slice(2 * (4 + 4));
}

/** An Observe option (6) of up to 3 bytes, first in a message. */
export function observe(value: number): string {
  if (value === 0) return "60";
  const digits = value.toString(16);
  const even = digits.length % 2 === 0 ? digits : `0${digits}`;
  return `6${even.length / 2}${even}`;
}

/** An observation of a server played by hand: the answer to the registration has number `first` and text "0". */
export class Watched {
  readonly lab: Lab;
  readonly request: Uint8Array;
  readonly observation: Observation;
  #messageId = 0x7000;
  /** A read that nothing has come for yet. */
  #read: Promise<IteratorResult<ClientResponse, undefined>> | undefined;

  constructor(lab: Lab, request: Uint8Array, observation: Observation) {
    this.lab = lab;
    this.request = request;
    this.observation = observation;
  }

  static async begin(first = 10, options = "", lab = new Lab()): Promise<Watched> {
    lab.wire.answer = (heard) => reply(heard, "ACK", "45", `${observe(first)}${options}ff30`);
    const observation = await lab.until(lab.endpoint.client.observe(lab.uri("a")));
    lab.wire.answer = undefined;
    const request = fromHex(lab.wire.take()[0]!);
    return new Watched(lab, request, observation);
  }

  /** Sends a notification; gives what comes back. */
  notify(number: number, payload: string, type: "CON" | "NON" = "CON", options = ""): Promise<string[]> {
    this.#messageId += 1;
    const id = this.#messageId.toString(16);
    return this.lab.wire.ask(reply(this.request, type, "45", `${observe(number)}${options}ff${payload}`, id));
  }

  /** What was notified and not read yet. */
  async unread(): Promise<string> {
    let seen = "";
    for (;;) {
      this.#read ??= this.observation.next();
      const outcome = { isSettled: false };
      void this.#read.then(() => (outcome.isSettled = true));
      await this.lab.advance(1);
      if (!outcome.isSettled) return seen;
      const { done, value } = await this.#read;
      this.#read = undefined;
      if (done) return `${seen}.`;
      seen += value.text();
    }
  }
}
