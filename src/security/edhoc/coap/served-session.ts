/** A server's part in a session, whichever its role: RFC 9528 appendix A.2. */

import type { EdhocSession } from "../session.js";
import type { Closeable } from "./half-open-sessions.js";

/** A session that waits for the client's next message. */
export interface ServedSession extends Closeable {
  /** That the server has chosen: in front of the client's messages. */
  readonly connectionId: Uint8Array;
  /** Whether the next message may come with a protected request (RFC 9668). */
  readonly combines: boolean;
  /** Takes the client's next message. @throws {EdhocError} when the session has ended */
  take(message: Uint8Array): Step;
}

/** What a message of the client led to. */
export interface Step {
  /** The server's next message; without one the answer is empty. */
  readonly reply?: Uint8Array | undefined;
  /** Where the session is completed. */
  readonly session?: EdhocSession;
  /** Whether the client has another message to send. */
  readonly waits?: boolean;
}

/** A session that a client has asked for, and the server's first message. */
export interface Begun {
  readonly session: ServedSession;
  readonly message: Uint8Array;
}
