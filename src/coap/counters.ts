/** What an endpoint counts instead of throwing: events from the network that nobody asked for. */
export class Counters {
  /** Messages received, malformed ones included. */
  received = 0;
  /** Messages sent, retransmissions included. */
  sent = 0;
  /** Datagrams too short or of another version, ignored (RFC 7252 §3). */
  notCoap = 0;
  /** Messages with a format error, rejected or ignored (RFC 7252 §4.2, §4.3). */
  malformed = 0;
  /** Requests with a token that no answer has room for (RFC 8974 §2.2.2), or longer than we have said (§2.2.1). */
  longTokens = 0;
  /** Messages seen before (RFC 7252 §4.5). */
  duplicates = 0;
  /** Acknowledgements, resets and responses that match nothing. */
  unmatched = 0;
  /** Protected messages that did not verify (RFC 8613 §8.2, §8.4). */
  unverified = 0;
  /** Confirmable messages sent again (RFC 7252 §4.2). */
  retransmissions = 0;
  /** How often messages to a peer waited because all message IDs were in use with it, or were not sent (RFC 7252 §4.4). */
  messageIdPauses = 0;
  /** Datagrams from a new peer, dropped because the table of peers was full of busy ones; connections refused so. */
  refusedPeers = 0;
  /** Requests answered 5.03 because a table was full. */
  refusedRequests = 0;
  /** Responses held back or cut because the peer had not shown that it is there (RFC 7252 §11.3). */
  amplificationLimited = 0;
  /** Datagrams that the network refused to send. */
  sendErrors = 0;
  /** Handlers that threw something else than a RequestError. */
  handlerErrors = 0;
  /** Errors that nothing expected, such as a listener's: caught where the event loop called. */
  faults = 0;
}

/**
 * Why a datagram was dropped: the counter that counts it. So a device carries no other name for it; what it means in
 * words is for who shows it.
 */
export type DropReason = keyof Pick<
  Counters,
  "notCoap" | "malformed" | "longTokens" | "duplicates" | "unmatched" | "refusedPeers" | "refusedRequests"
>;
