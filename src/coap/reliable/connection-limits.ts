/** How much connections may hold, and how long they may take. The defaults fit a device. */

export interface ConnectionLimits {
  /**
   * Connections at once. For one more the one is released that has nothing to do and was not heard for longest, those
   * first that have said nothing yet, those last whose peers observe something; where there is none, it is refused.
   */
  readonly connections: number;
  /** Bytes that a peer has not read yet; beyond them no more of what it sends is read until it has read them all. */
  readonly maxUnsentBytes: number;
  /** How long a connection may take to open. */
  readonly connectTimeoutMs: number;
  /** How long the peer may take to send its first message, a Capabilities and Settings Message (RFC 8323 §5.3). */
  readonly csmTimeoutMs: number;
  /** How long a message may take from its first byte to its last. */
  readonly partialMessageTimeoutMs: number;
  /** How long a peer may leave more than `maxUnsentBytes` unread. */
  readonly stallTimeoutMs: number;
  /** How long a released connection may take to end (RFC 8323 §5.5). */
  readonly releaseTimeoutMs: number;
  /**
   * After this time without a word of a peer that something is expected of, it is asked whether it is there; after as
   * much again the connection is given up (RFC 8323 §3.4). 0 never asks.
   */
  readonly pingAfterMs: number;
  /** How long the Release of a peer can keep us from connecting to it again, whatever its Hold-Off (RFC 8323 §5.5). */
  readonly maxHoldOffMs: number;
}

export const DEFAULT_CONNECTION_LIMITS: ConnectionLimits = Object.freeze({
  connections: 8,
  maxUnsentBytes: 4096,
  connectTimeoutMs: 10_000,
  csmTimeoutMs: 10_000,
  partialMessageTimeoutMs: 30_000,
  stallTimeoutMs: 30_000,
  releaseTimeoutMs: 10_000,
  pingAfterMs: 60_000,
  maxHoldOffMs: 3_600_000,
});
