/** What can end an EDHOC session: RFC 9528 §6. */

import { encodeErrorMessage, UNKNOWN_CREDENTIAL, UNSPECIFIED, WRONG_SUITE } from "./codec/error-message.js";
import type { ErrorMessage } from "./codec/error-message.js";

/** Base of the errors of EDHOC. Where one is thrown, the session has ended. */
export class EdhocError extends Error {
  override name = "EdhocError";
  /** The error message that the peer has to be sent (§6); undefined where it must not get any. */
  readonly reply: Uint8Array | undefined;

  constructor(problem: string, reply?: Uint8Array, options?: ErrorOptions) {
    super(problem, options);
    this.reply = reply;
  }
}

/** A message that is malformed, does not verify, or asks for what this endpoint does not do (§6.2). */
export class EdhocProcessingError extends EdhocError {
  override name = "EdhocProcessingError";

  constructor(problem: string, options?: ErrorOptions) {
    super(problem, encodeErrorMessage({ code: UNSPECIFIED, diagnostic: problem }), options);
  }
}

/** The Initiator selected another cipher suite than the first of its list that this endpoint supports (§6.3). */
export class WrongSuiteError extends EdhocError {
  override name = "WrongSuiteError";
  /** SUITES_R: what this endpoint supports. */
  readonly suites: readonly number[];

  constructor(selected: number, suites: readonly number[]) {
    super(
      `expected a cipher suite of ${suites.join(", ")}, the first of the Initiator's list, got ${selected}`,
      encodeErrorMessage({ code: WRONG_SUITE, suites }),
    );
    this.suites = suites;
  }
}

/** The peer refers to a credential that this endpoint does not have (§6.4). */
export class UnknownCredentialError extends EdhocError {
  override name = "UnknownCredentialError";

  constructor() {
    super(
      "expected a credential that is known here, got a reference to another",
      encodeErrorMessage({ code: UNKNOWN_CREDENTIAL }),
    );
  }
}

/** The peer has ended the session with an error message, which might be forged (§6). */
export class EdhocPeerError extends EdhocError {
  override name = "EdhocPeerError";
  readonly received: ErrorMessage;

  constructor(received: ErrorMessage) {
    super(`the peer ended the session: ${describe(received)}`);
    this.received = received;
  }
}

/** A step out of its order, or for which something is missing; the application's own mistake. */
export class EdhocUsageError extends EdhocError {
  override name = "EdhocUsageError";
}

function describe({ code, diagnostic, suites }: ErrorMessage): string {
  if (diagnostic !== undefined) return diagnostic;
  if (suites !== undefined) return `it supports cipher suite ${suites.join(", ")}`;
  return code === UNKNOWN_CREDENTIAL ? "it does not know our credential" : `error code ${code}`;
}
