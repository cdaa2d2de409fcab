/**
 * The server's side of the reverse message flow: the client is the Responder. RFC 9528 appendix A.2.2.
 *
 *   POST                 →  2.04 message_1
 *   POST C_I, message_2  →  2.04 message_3
 *   POST C_I, message_4  →  2.04, where it is used
 */

import { DEFAULT_SUITES, type EdhocOptions } from "../role.js";
import { EdhocPeerError } from "../errors.js";
import { Initiator, type InitiatorOptions } from "../initiator.js";
import type { EdhocSession } from "../session.js";
import type { Begun, ServedSession, Step } from "./served-session.js";

/** Clients whose cipher suites are remembered; then the one that has not come again for longest is forgotten. */
export const MAX_REMEMBERED_CLIENTS = 4;

/** What a client supports, which it has said in an error message. */
interface Remembered {
  readonly address: string;
  /** SUITES_R */
  readonly suites: readonly number[];
}

const ANY_CONNECTION_ID = new Uint8Array(0);

/** The reverse message flow, for an {@link EdhocServer}. */
export class ReverseFlow {
  readonly #method: number;
  /** Oldest first. */
  readonly #remembered: Remembered[] = [];

  /** @param options the method of the sessions, 0 to 3: the client has to expect it (§3.2) */
  constructor({ method }: Pick<InitiatorOptions, "method">) {
    this.#method = method;
  }

  /** @throws {UnsupportedAlgorithmError} @throws {EdhocUsageError} where no session could be begun with the options */
  check(options: EdhocOptions): void {
    new Initiator({ ...options, method: this.#method, connectionId: ANY_CONNECTION_ID });
  }

  /** Gives message_1. @param address of the client */
  begin(address: string, connectionId: Uint8Array, options: EdhocOptions): Begun {
    const { suites = DEFAULT_SUITES } = options;
    const peerSuites = this.#forget(address) ?? suites;
    const initiator = new Initiator({ ...options, method: this.#method, connectionId, peerSuites });
    const remember = (theirs: readonly number[]): void => {
      // Where they have none of ours, another message_1 would not help.
      if (suites.some((suite) => theirs.includes(suite))) this.#remember({ address, suites: theirs });
    };
    const message = initiator.composeMessage1();
    return {
      message,
      session: new ReverseSession(initiator, connectionId, options.message4 === true, remember),
    };
  }

  /** §6.3.1: until the next message_1. */
  #remember(client: Remembered): void {
    this.#forget(client.address);
    if (this.#remembered.length === MAX_REMEMBERED_CLIENTS) this.#remembered.shift();
    this.#remembered.push(client);
  }

  #forget(address: string): readonly number[] | undefined {
    const index = this.#remembered.findIndex((client) => client.address === address);
    return index < 0 ? undefined : this.#remembered.splice(index, 1)[0]!.suites;
  }
}

class ReverseSession implements ServedSession {
  readonly connectionId: Uint8Array;
  /** RFC 9668 §3: what is combined is message_3, which is the server's here. */
  readonly combines = false;
  readonly #initiator: Initiator;
  readonly #expectsMessage4: boolean;
  readonly #onSuites: (suites: readonly number[]) => void;
  /** Behind message_3, while message_4 is waited for. */
  #session: EdhocSession | undefined;

  /** @param onSuites is told what the client supports, where it refuses the cipher suite */
  constructor(
    initiator: Initiator,
    connectionId: Uint8Array,
    expectsMessage4: boolean,
    onSuites: (suites: readonly number[]) => void,
  ) {
    this.connectionId = connectionId;
    this.#initiator = initiator;
    this.#expectsMessage4 = expectsMessage4;
    this.#onSuites = onSuites;
  }

  take(message: Uint8Array): Step {
    try {
      return this.#session === undefined
        ? this.#takeMessage2(message)
        : this.#takeMessage4(message, this.#session);
    } catch (error) {
      const suites = error instanceof EdhocPeerError ? error.received.suites : undefined;
      if (suites !== undefined) this.#onSuites(suites);
      throw error;
    }
  }

  close(): void {
    this.#initiator.close();
    this.#session?.close();
  }

  #takeMessage2(message2: Uint8Array): Step {
    const { message3, session } = this.#initiator.processMessage2(message2);
    if (!this.#expectsMessage4) return { reply: message3, session };
    this.#session = session;
    return { reply: message3, waits: true };
  }

  #takeMessage4(message4: Uint8Array, session: EdhocSession): Step {
    this.#initiator.processMessage4(message4);
    return { session };
  }
}
