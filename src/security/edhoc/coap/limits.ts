/** Limits of a server's EDHOC resource. */

export interface EdhocLimits {
  /** Sessions that wait for their next message; what happens past it is said at {@link HalfOpenSessions}. */
  readonly halfOpenSessions: number;
  /** How long a session waits, in milliseconds; RFC 9528 §7 allows EXCHANGE_LIFETIME at most. */
  readonly halfOpenMs: number;
  /** After this time without a message a session gives its place to another's, in milliseconds. */
  readonly stalledMs: number;
  /** Longest message, in bytes; longer ones are answered 4.13. */
  readonly messageBytes: number;
}

/** What fits a device, with credentials by reference or raw keys by value. */
export const DEFAULT_EDHOC_LIMITS: EdhocLimits = {
  halfOpenSessions: 2,
  halfOpenMs: 93_000,
  stalledMs: 10_000,
  messageBytes: 1024,
};
