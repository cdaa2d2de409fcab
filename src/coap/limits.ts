/** How much an endpoint may hold. The defaults fit a device; the Node host has larger ones. */

export interface Limits {
  /**
   * Largest message sent, header to payload, in bytes (RFC 7252 §4.6). Over connections also the largest one taken; above
   * 1152 large bodies go in BERT blocks (RFC 8323 §5.3.1, §6).
   */
  readonly maxMessageBytes: number;
  /**
   * Longest token of a request that is taken, 8 or more; a longer one is answered 4.00 (RFC 8974 §2.2.2). One that would
   * not leave {@link RESPONSE_ROOM_BYTES} in an answer of `maxMessageBytes` is not heard.
   */
  readonly maxTokenBytes: number;
  /** Largest block sent or asked for, a power of two from 16 to 1024 (RFC 7959 §2.2); BERT needs 1024 (RFC 8323 §6). */
  readonly blockBytes: number;
  /**
   * Peers about which something is known; idle ones are forgotten first, a new one beyond is not heard. More than
   * `rememberedMessages` and `observers` together, so that these cannot shut out everybody else.
   */
  readonly peers: number;
  /** Messages remembered for de-duplication (RFC 7252 §4.5). */
  readonly rememberedMessages: number;
  /**
   * Whether PUT, DELETE and iPATCH are among them: a late duplicate would undo what came after it. They, and blocks of a
   * body but the last, are the first to be forgotten for others, and are done where there is no place for them.
   */
  readonly remembersIdempotent: boolean;
  /** Messages that wait for NSTART or PROBING_RATE; one more fails with a LimitError. */
  readonly waitingTransmissions: number;
  /** Requests of ours without a response yet; one more fails with a LimitError. */
  readonly outstandingRequests: number;
  /** Requests of ours to groups, those included whose tokens rest; the oldest of these goes, or a LimitError comes. */
  readonly groupRequests: number;
  /** Members of a group whose responses one request takes; others are ignored. */
  readonly groupResponses: number;
  /** Requests of others in work at once, half of them to groups; one more is answered 5.03, to a group not at all. */
  readonly pendingExchanges: number;
  /**
   * Entries in all lists of observers; one more takes the place of one of the endpoint that has the most, where that has at
   * least two more than who asks, or is answered without Observe (RFC 7641 §4.1).
   */
  readonly observers: number;
  /**
   * Request bodies being reassembled; one more takes the place of one that stands still or takes too long, or of one of an
   * endpoint that has at least two more than who asks, or is answered 5.03 (RFC 7959 §2.5).
   */
  readonly assemblies: number;
  /** Largest body reassembled of blocks, in bytes; a larger one is answered 4.13 (RFC 7959 §2.9.3). */
  readonly maxBodyBytes: number;
  /** Large representations kept for those who are reading them in blocks; the oldest goes first. */
  readonly representations: number;
  /** Notifications that an observation holds until they are read; the oldest goes first. */
  readonly notificationQueue: number;
}

/** What an answer has room for beside the header and the token of its request, in bytes. */
export const RESPONSE_ROOM_BYTES = 64;

export const DEFAULT_LIMITS: Limits = Object.freeze({
  maxMessageBytes: 1152,
  maxTokenBytes: 32,
  blockBytes: 1024,
  peers: 24,
  rememberedMessages: 12,
  remembersIdempotent: false,
  waitingTransmissions: 8,
  outstandingRequests: 8,
  groupRequests: 4,
  groupResponses: 16,
  pendingExchanges: 8,
  observers: 8,
  assemblies: 2,
  maxBodyBytes: 8192,
  representations: 2,
  notificationQueue: 4,
});
