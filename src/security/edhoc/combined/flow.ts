/** How sessions in the forward message flow are completed, where this side decides: RFC 9528 §3.9, RFC 9668 §2. */

/**
 * - combined: by message_3 with the first request (RFC 9668); as sequential where the server does not take that
 * - sequential: by message_3 in a request of its own (RFC 9528 appendix A.2.1); the client verifies a message_4 that comes
 * - message-4: as sequential, and message_4 follows; a server takes combined requests all the same, without (RFC 9668 §5)
 */
export const EDHOC_FLOWS = Object.freeze(["combined", "sequential", "message-4"] as const);

export type EdhocFlow = (typeof EDHOC_FLOWS)[number];
