import type { ConnectionLimits } from "../../src/coap/reliable/connection-limits.js";
import type { Limits } from "../../src/coap/limits.js";
import type { EdhocLimits } from "../../src/security/edhoc/coap/limits.js";
import type { SessionLimits } from "../../src/security/oscore/contexts/session-contexts.js";

/** What an endpoint on Node may hold, for servers and command-line clients; the core's defaults fit a device. */
export const NODE_LIMITS: Partial<Limits> = {
  maxTokenBytes: 1024,
  peers: 4096,
  rememberedMessages: 1024,
  remembersIdempotent: true,
  waitingTransmissions: 1024,
  outstandingRequests: 1024,
  groupRequests: 64,
  groupResponses: 1024,
  pendingExchanges: 256,
  observers: 1024,
  assemblies: 64,
  maxBodyBytes: 16 * 1024 * 1024,
  representations: 256,
  notificationQueue: 64,
};

/** {@link NODE_LIMITS} over connections, where a message may carry many blocks (RFC 8323 §6). */
export const NODE_STREAM_LIMITS: Partial<Limits> = { ...NODE_LIMITS, maxMessageBytes: 65_536 };

/** How much the connections of an endpoint on Node may hold. */
export const NODE_CONNECTION_LIMITS: Partial<ConnectionLimits> = {
  connections: 1024,
  maxUnsentBytes: 1_048_576,
};

/** How many handshakes of EDHOC may be under way; messages may carry chains of certificates. */
export const NODE_EDHOC_LIMITS: Partial<EdhocLimits> = { halfOpenSessions: 256, messageBytes: 16_384 };

/** How many security contexts of sessions are kept. */
export const NODE_SESSION_LIMITS: SessionLimits = { sessions: 1024, sessionsAPeer: 64 };
