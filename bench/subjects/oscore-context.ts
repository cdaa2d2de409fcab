/** The security context of what is measured, for every engine. */

import { fromHex } from "../../src/bytes/hex.js";
import type { MessageProtectionFactory } from "../../src/coap/requesting/message-protection.js";
import type { ContextParameters } from "../../src/security/oscore/context/parameters.js";
import { SecurityContexts } from "../../src/security/oscore/contexts/security-contexts.js";
import { oscore } from "../../src/security/oscore/layer/oscore.js";
import type { Crypto } from "../../src/ports/crypto.js";
import { SECURITY_CONTEXT } from "../workload.js";

/** Its name at both ends. */
export const PEER = "peer";

/** The input parameters of one end. */
export function contextParameters(role: "client" | "server"): ContextParameters {
  const { masterSecret, masterSalt, senderId, recipientId } = SECURITY_CONTEXT;
  const [ours, theirs] = role === "server" ? [senderId, recipientId] : [recipientId, senderId];
  return {
    masterSecret: fromHex(masterSecret),
    masterSalt: fromHex(masterSalt),
    senderId: fromHex(ours),
    recipientId: fromHex(theirs),
  };
}

/** For `EndpointOptions.oscore`. */
export function protection(crypto: Crypto, role: "client" | "server"): MessageProtectionFactory {
  const contexts = new SecurityContexts(crypto);
  contexts.add(PEER, contextParameters(role));
  return oscore({ contexts });
}
