/** Our end of a security context that a peer has the other end of, and what the peer's client is to try with it. */

import assert from "node:assert/strict";
import { nodePlatform } from "../../../hosts/node/index.js";
import { fromHex } from "../../../src/bytes/hex.js";
import { OCTET_STREAM } from "../../../src/coap/codec/content-format.js";
import { changed, content, text } from "../../../src/coap/server/response.js";
import { Site } from "../../../src/coap/server/site.js";
import type { ContextParameters } from "../../../src/security/oscore/context/parameters.js";
import type { ContextState } from "../../../src/security/oscore/contexts/context-state.js";
import { SecurityContexts } from "../../../src/security/oscore/contexts/security-contexts.js";

/** Options of requests that are to be protected. */
export const PEER = { securityContext: "peer" } as const;
export const SECRET = "0102030405060708090a0b0c0d0e0f10";
export const OTHER_SECRET = SECRET.replace("01", "00");
export const SALT = "9e7ca92223786340";
export const OUR_ID = "02";
export const THEIR_ID = "03";
/** Once without an ID Context, once with one. */
export const ID_CONTEXTS = [undefined, "37cbf3210017a2d3"] as const;

/** A security context; all values in hexadecimal. */
export interface ContextInHex {
  readonly senderId: string;
  readonly recipientId: string;
  readonly masterSecret: string;
  readonly masterSalt: string;
  readonly idContext: string | undefined;
  /** It is derived anew where one side has lost it (RFC 8613 §B.2), for which Californium has code. */
  readonly isRenewed?: boolean;
}

/** The other end of {@link ours}. */
export function theirs(idContext: string | undefined, masterSecret = SECRET): ContextInHex {
  return { senderId: THEIR_ID, recipientId: OUR_ID, masterSecret, masterSalt: SALT, idContext };
}

export function ourParameters(idContext: string | undefined): ContextParameters {
  return {
    masterSecret: fromHex(SECRET),
    masterSalt: fromHex(SALT),
    senderId: fromHex(OUR_ID),
    recipientId: fromHex(THEIR_ID),
    ...(idContext !== undefined && { idContext: fromHex(idContext) }),
  };
}

export function ours(idContext: string | undefined, state?: ContextState): SecurityContexts {
  const contexts = new SecurityContexts(nodePlatform().crypto);
  contexts.add(PEER.securityContext, ourParameters(idContext), state);
  return contexts;
}

export function protectedSite(): Site {
  const offered = new Site();
  const stored = new Map<string, Uint8Array>();
  let state = 0;
  offered.add("who", {
    get: ({ remote }) => text(remote.securityContext!),
    protectedBy: [PEER.securityContext],
  });
  offered.add("store", {
    subtree: true,
    protectedBy: "any",
    get: ({ rest }) => content(stored.get(rest.join())!, OCTET_STREAM),
    put: ({ rest, payload }) => {
      stored.set(rest.join(), payload);
      return changed();
    },
  });
  const counter = offered.add("counter", {
    observable: true,
    protectedBy: "any",
    get: () => {
      setTimeout(() => {
        state += 1;
        counter.notify();
      }, 50).unref();
      return text(String(state));
    },
  });
  return offered;
}

/** These are states of /counter as they came, each younger than the one before. */
export function assertCounts(
  answers: readonly { readonly code: string; readonly payload: Uint8Array }[],
): void {
  const counts = answers.map(({ payload }) => Number(Buffer.from(payload).toString()));
  const ordered = [...new Set(counts)].sort((a, b) => a - b);
  assert.deepEqual(counts, ordered);
  assert.ok(answers.every(({ code }) => code === "2.05"));
}
